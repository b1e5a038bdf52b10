// Values in PLIO files, as bytes of elements and back.
#pragma once

#include <aie4ml_adf/elaboration.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aie4ml::adf {

// Reads a text bit by bit. Values are separated by blanks, any number on a line. A line "TLAST" says that the
// last value of the next line ends a packet; a line "T <time> <unit>", a time stamp of the vendor's
// simulator, is skipped.
class PlioReader {
 public:
  // `where` names the text in errors; the text must live as long as this.
  PlioReader(std::string where, std::string_view text, Element element);

  struct Chunk {
    std::vector<std::uint8_t> bytes;
    bool is_last{};  // the last value ends a packet
  };
  // At most `max_bytes` (at least one element), less at the end of a packet; empty: the text is over. Ends
  // the program for what is no value of the element's type.
  Chunk read(std::size_t max_bytes);

 private:
  [[noreturn]] void fail(std::string_view token, const char* what) const;
  bool next_line();
  void append(std::string_view token, std::vector<std::uint8_t>& bytes) const;

  std::string where_;
  std::string_view rest_;  // lines not begun
  std::string_view line_;  // what is left of this one
  std::size_t number_{};
  bool line_is_last_{};
  bool next_is_last_{};
  Element element_;
};

std::string print_value(Element element, const std::uint8_t* bytes);
std::string name_of(Element element);  // "int8"

}  // namespace aie4ml::adf
