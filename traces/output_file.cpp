#include "traces/output_file.hpp"

#include <system_error>
#include <utility>

#include "arch/error.hpp"

namespace aie4ml::traces {

OutputFile::OutputFile(std::filesystem::path path) : path_(std::move(path)), part_(path_) {
  std::error_code ignored;
  const bool in_place =
      std::filesystem::exists(path_, ignored) && !std::filesystem::is_regular_file(path_, ignored);
  if (!in_place) part_ += ".part";
  stream_.open(part_, std::ios::binary | std::ios::trunc);
  if (!stream_) fail("cannot be opened for writing");
}

OutputFile::~OutputFile() {
  if (committed_ || part_ == path_) return;
  stream_.close();
  std::error_code ignored;
  std::filesystem::remove(part_, ignored);
}

void OutputFile::commit() {
  stream_.close();
  if (!stream_) fail("could not be written to its end");
  if (part_ != path_) {
    std::error_code error;
    std::filesystem::rename(part_, path_, error);
    if (error) fail("could not be renamed from its temporary name");
  }
  committed_ = true;
}

void OutputFile::fail(const char* what) const {
  throw arch::InputError(path_.string(), what, "check that the directory exists, is writable and has space");
}

}  // namespace aie4ml::traces
