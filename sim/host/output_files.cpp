#include "sim/host/output_files.hpp"

#include <map>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "arch/host/port_files.hpp"
#include "traces/output_file.hpp"

namespace aie4ml::sim {

void write_npy(const std::filesystem::path& file, const arch::NpyArray& array) {
  const std::string contents = arch::npy_contents(array, file.string());
  traces::OutputFile output(file);
  output.stream().write(contents.data(), static_cast<std::streamsize>(contents.size()));
  output.commit();
}

void prepare_output_directory(const std::filesystem::path& directory, const arch::Image& image) {
  std::map<std::string, std::string> tensors;
  for (const std::size_t port : arch::ports_of(image, arch::PlioChannel::Direction::output)) {
    const std::string& tensor = image.ports[port].tensor;
    const auto [other, fresh] = tensors.emplace(arch::file_name_of(tensor), tensor);
    if (fresh) continue;
    throw arch::InputError(directory.string(),
                           fmt::format("outputs '{}' and '{}' would both be written to {}.npy", other->second,
                                       tensor, other->first),
                           "rename one of them in the model");
  }
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error || !std::filesystem::is_directory(directory, error)) {
    throw arch::InputError(directory.string(), "cannot be made a directory for outputs",
                           "choose another one that can be written");
  }
}

void write_port_files(const std::filesystem::path& directory, const arch::Image& image,
                      const arch::PortArrays& arrays) {
  for (const auto& [port, array] : arrays) {
    write_npy(directory / (arch::file_name_of(image.ports[port].tensor) + ".npy"), array.array);
  }
}

}  // namespace aie4ml::sim
