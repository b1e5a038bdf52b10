// A file that is either complete or not there: written as PATH.part and renamed at the end.
#pragma once

#include <filesystem>
#include <fstream>
#include <ostream>

namespace aie4ml::traces {

class OutputFile {
 public:
  // Opens for binary writing; what is no regular file (a pipe, /dev/null) is written in place. Throws
  // arch::InputError if it cannot.
  explicit OutputFile(std::filesystem::path path);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();  // without commit() nothing of the file stays, and an older one at PATH is untouched

  std::ostream& stream() { return stream_; }
  // Flushes and renames. Throws arch::InputError if anything written since the start did not reach the file.
  void commit();

 private:
  [[noreturn]] void fail(const char* what) const;

  std::filesystem::path path_;
  std::filesystem::path part_;  // equals path_ when written in place
  std::ofstream stream_;
  bool committed_{};
};

}  // namespace aie4ml::traces
