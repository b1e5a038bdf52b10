#include "sim/adf/runtime/plio_process.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "sim/adf/runtime/failure.hpp"

namespace aie4ml::adf {
namespace {

constexpr std::size_t kChunkBytes = 4096;
constexpr std::size_t kTextBytes = std::size_t{1} << 16;  // written at once
// Where the vendor's functional simulator puts outputs.
constexpr const char* kOutputDirectory = "x86simulator_output";

std::string contents(const PlioRecord& record) {
  const auto fail = [&](int error) {
    fail_graph(record.where,
               fmt::format("{}: cannot read {}: {}", name_of(record), record.file, std::strerror(error)));
  };
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(record.file.c_str(), "rb"), &std::fclose);
  if (file == nullptr) fail(errno);
  std::string text;
  std::vector<char> block(kTextBytes);
  for (std::size_t n = 0; (n = std::fread(block.data(), 1, block.size(), file.get())) > 0;) {
    text.append(block.data(), n);
  }
  if (std::ferror(file.get()) != 0) fail(errno);
  return text;
}

}  // namespace

PlioSource::PlioSource(const PlioRecord& record, Element element, Channel& channel)
    : record_(record), text_(contents(record)), reader_(record.file, text_, element), channel_(channel) {
  channel.set_writer(this);
}

void PlioSource::advance() {
  while (!ended_) {
    if (sent_ == chunk_.bytes.size()) {
      chunk_ = reader_.read(kChunkBytes);
      sent_ = 0;
      ended_ = chunk_.bytes.empty();
      if (ended_) return;
    }
    const std::size_t bytes = std::min(channel_.room(), chunk_.bytes.size() - sent_);
    if (bytes == 0) return;
    channel_.push(chunk_.bytes.data() + sent_, bytes);
    sent_ += bytes;
    if (sent_ == chunk_.bytes.size() && chunk_.is_last) channel_.mark_last();
  }
}

PlioSink::PlioSink(const PlioRecord& record, Element element, Channel& channel)
    : record_(record),
      element_(element),
      channel_(channel),
      reader_(channel.add_reader(this)),
      per_line_(std::max<std::size_t>(static_cast<std::size_t>(record.width_bits) / (8 * element.bytes), 1)) {
  const std::filesystem::path path = std::filesystem::path(kOutputDirectory) / record.file;  // or absolute
  path_ = path.string();
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  file_ = error ? nullptr : std::fopen(path_.c_str(), "wb");
  if (file_ == nullptr) {
    fail_graph(record.where, fmt::format("{}: cannot write {}: {}", name_of(record), path_,
                                         error ? error.message() : std::strerror(errno)));
  }
}

PlioSink::~PlioSink() {
  if (file_ != nullptr) std::fclose(file_);
}

void PlioSink::advance() {
  std::vector<std::uint8_t> block;
  while (const std::size_t bytes = std::min(channel_.available(reader_), channel_.until_last(reader_))) {
    block.resize(bytes);
    channel_.pop(reader_, block.data(), bytes);
    const bool packet_ends = channel_.at_last(reader_);
    for (std::size_t at = 0; at < bytes; ++at) {
      value_.push_back(block[at]);
      if (value_.size() < element_.bytes) continue;
      if (on_line_ > 0) line_ += ' ';
      line_ += print_value(element_, value_.data());
      value_.clear();
      line_is_last_ = packet_ends && at + 1 == bytes;
      if (++on_line_ == per_line_ || line_is_last_) end_line();
    }
  }
}

void PlioSink::end_line() {
  if (on_line_ == 0) return;
  if (line_is_last_) text_ += "TLAST\n";
  text_ += line_;
  text_ += '\n';
  line_.clear();
  on_line_ = 0;
  line_is_last_ = false;
  if (text_.size() >= kTextBytes) write();
}

void PlioSink::write() {
  if (std::fwrite(text_.data(), 1, text_.size(), file_) != text_.size()) {
    fail_graph(record_.where,
               fmt::format("{}: cannot write {}: {}", name_of(record_), path_, std::strerror(errno)));
  }
  text_.clear();
}

void PlioSink::complete() {
  if (file_ == nullptr) return;
  end_line();
  write();
  std::FILE* file = std::exchange(file_, nullptr);
  if (std::fclose(file) != 0) {
    fail_graph(record_.where,
               fmt::format("{}: cannot write {}: {}", name_of(record_), path_, std::strerror(errno)));
  }
}

}  // namespace aie4ml::adf
