// PLIOs: files into and out of channels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "sim/adf/runtime/channel.hpp"
#include "sim/adf/runtime/design.hpp"
#include "sim/adf/runtime/plio_text.hpp"

namespace aie4ml::adf {

class PlioSource : public Process {
 public:
  // Reads the file; ends the program if it cannot.
  PlioSource(const PlioRecord& record, Element element, Channel& channel);
  void advance() override;
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] const PlioRecord& record() const { return record_; }

 private:
  const PlioRecord& record_;
  std::string text_;
  PlioReader reader_;
  Channel& channel_;
  PlioReader::Chunk chunk_;
  std::size_t sent_{};
  bool ended_{};
};

class PlioSink : public Process {
 public:
  // Makes the file and the directories it lies in; ends the program if it cannot.
  PlioSink(const PlioRecord& record, Element element, Channel& channel);
  ~PlioSink() override;
  void advance() override;
  void complete();  // the last line; the file is closed

 private:
  void end_line();
  void write();

  const PlioRecord& record_;
  Element element_;
  Channel& channel_;
  std::size_t reader_;
  std::size_t per_line_;
  std::string path_;
  std::FILE* file_{};
  std::vector<std::uint8_t> value_;  // bytes of one that is not complete
  std::string line_;
  std::size_t on_line_{};
  bool line_is_last_{};
  std::string text_;  // lines not written yet
};

}  // namespace aie4ml::adf
