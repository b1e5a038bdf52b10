// Makefile and aie.cfg.
#include <fmt/format.h>

#include "compiler/firmware/adf/names.hpp"
#include "compiler/firmware/adf/project.hpp"

namespace aie4ml::compiler {
namespace {

constexpr const char* kMakefile =
    R"make(# Builds and simulates the project with AMD Vitis. Say what for, a platform (its name or .xpfm file) or a part:
#   make x86sim PLATFORM=xilinx_vek280_base_202520_1
# x86sim: functional simulation; aiesim: cycle-accurate simulation; hw: the array's configuration, libadf.a.
PLATFORM ?=
PART ?=
VPP ?= v++
TARGET_FLAGS = $(if $(PLATFORM),--platform=$(PLATFORM),--part=$(PART))
FLAGS = --compile --mode aie --config aie.cfg --include src $(TARGET_FLAGS)
SOURCES = app.cpp $(wildcard src/*.h src/layers/*.h src/weights/*.h src/kernels/*.h src/kernels/*.cpp)

.PHONY: all x86com x86sim aiesim hw clean target
all: hw

target:
	@test -n "$(PLATFORM)$(PART)" || { echo "make: say what to compile for: PLATFORM=... or PART=..." >&2; exit 1; }

# data/ifm_c*.txt in, x86simulator_output/data/y_p*.txt out
x86com: Work_x86/.done
Work_x86/.done: $(SOURCES) aie.cfg | target
	$(VPP) $(FLAGS) --target=x86sim --work_dir=Work_x86 app.cpp
	@touch $@
x86sim: x86com
	x86simulator --pkg-dir=./Work_x86

# data/ifm_c*.txt in, aiesimulator_output/data/y_p*.txt out
hw: Work/.done
Work/.done: $(SOURCES) aie.cfg | target
	$(VPP) $(FLAGS) --target=hw --work_dir=Work app.cpp
	@touch $@
aiesim: hw
	aiesimulator --pkg-dir=./Work --profile

clean:
	rm -rf Work Work_x86 libadf.a .Xil *simulator_output
)make";

}  // namespace

arch::FirmwareFiles build_files(const Project& project) {
  double megahertz = 0;
  for (const PlioPlan& plio : project.plan.plios) {
    if (!plio.noc) megahertz = plio.channel.pl_clock_mhz;
  }
  const std::string clock = megahertz > 0 ? fmt::format("pl-freq={}\n", megahertz) : "";
  return {
      {"Makefile", kMakefile},
      {"aie.cfg", fmt::format("# How AMD's compiler for the array compiles app.cpp ({}).\n[aie]\n{}xlopt=1\n"
                              "Xmapper=BufferOptLevel8\nkernel-linting=true\nverbose=true\n",
                              comment_text(project.plan.model), clock)}};
}

}  // namespace aie4ml::compiler
