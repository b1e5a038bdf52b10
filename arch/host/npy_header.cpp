#include "arch/host/npy_header.hpp"

#include <limits>
#include <set>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "arch/host/npy.hpp"

namespace aie4ml::arch {
namespace {

class Parser {
 public:
  Parser(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  NpyHeader parse() {
    NpyHeader header;
    std::set<std::string> seen;
    expect('{');
    while (!accept('}')) {
      const std::string key = string();
      if (!seen.insert(key).second) fail("has '" + key + "' twice");
      expect(':');
      if (key == "descr") {
        header.descr = descr();
      } else if (key == "fortran_order") {
        header.fortran_order = boolean();
      } else if (key == "shape") {
        header.shape = shape();
      } else {
        fail("has an unknown entry");
      }
      if (accept(',')) continue;
      expect('}');
      break;
    }
    skip_space();
    if (at_ != text_.size()) fail("goes on after its dictionary");
    for (const char* key : {"descr", "fortran_order", "shape"}) {
      if (seen.count(key) == 0) fail(std::string("lacks '") + key + "'");
    }
    return header;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw InputError(where_, "the header of the npy file " + what, "save the array again with numpy.save");
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }

  bool accept(char wanted) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void expect(char wanted) {
    if (!accept(wanted)) fail(fmt::format("is damaged: '{}' is missing at byte {}", wanted, at_));
  }

  // Python can quote either way; no string we accept needs an escape.
  std::string string() {
    const char quote = accept('\'') ? '\'' : '"';
    if (quote == '"') expect('"');
    std::string value;
    while (at_ < text_.size() && text_[at_] != quote) {
      const char c = text_[at_++];
      if (c == '\\' || c < ' ' || c > '~') fail(fmt::format("is damaged at byte {}", at_ - 1));
      value += c;
    }
    expect(quote);
    return value;
  }

  std::string descr() {
    skip_space();
    if (at_ < text_.size() && text_[at_] == '[') {
      throw InputError(where_, "holds records, not an array of numbers", "save each field as its own file");
    }
    return string();
  }

  bool boolean() {
    skip_space();
    for (const auto& [name, value] : {std::pair{"True", true}, std::pair{"False", false}}) {
      if (text_.substr(at_).starts_with(name)) {
        at_ += std::string_view(name).size();
        return value;
      }
    }
    fail("has a 'fortran_order' that is neither True nor False");
  }

  std::int64_t integer() {
    skip_space();
    const std::size_t begin = at_;
    std::int64_t value = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      const int digit = text_[at_++] - '0';
      if (value > (std::numeric_limits<std::int64_t>::max() - digit) / 10)
        fail("has a shape that is too large");
      value = value * 10 + digit;
    }
    if (at_ == begin) fail(fmt::format("is damaged: a size is missing at byte {}", at_));
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // as Python 2 wrote it
    return value;
  }

  std::vector<std::int64_t> shape() {
    std::vector<std::int64_t> sizes;
    bool comma = true;
    expect('(');
    while (!accept(')')) {
      if (!comma) expect(',');
      sizes.push_back(integer());
      comma = accept(',');
    }
    if (sizes.size() == 1 && !comma) fail("has a shape that is no tuple");  // (3) is a number in Python
    return sizes;
  }

  std::string_view text_;
  const std::string& where_;
  std::size_t at_{};
};

}  // namespace

NpyHeader parse_npy_header(std::string_view text, const std::string& where) {
  return Parser(text, where).parse();
}

std::string to_text(const NpyHeader& header) {
  return fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}", header.descr,
                     header.fortran_order ? "True" : "False", to_string(header.shape));
}

}  // namespace aie4ml::arch
