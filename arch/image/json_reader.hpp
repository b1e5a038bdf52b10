// Reads JSON that must have exactly the expected form: every key is known, every value has its type and
// range. Errors are InputErrors that name the file and the path into it ("tiles[3].locks[0].value").
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace aie4ml::arch {

class JsonReader {
 public:
  // `value` outlives the reader and those made from it.
  JsonReader(const nlohmann::json& value, std::string where, std::string path = "");

  // Objects. done() after the last key refuses the keys nobody asked for.
  JsonReader at(const std::string& key);
  std::optional<JsonReader> find(const std::string& key);
  std::vector<std::string> keys() const;
  void done() const;

  // Arrays. items("key") of an object gives nothing if the key is missing.
  std::vector<JsonReader> items() const;
  std::vector<JsonReader> items(const std::string& key);

  // Values.
  std::string text() const;
  bool boolean() const;
  double number() const;
  std::int64_t integer(std::int64_t min, std::int64_t max) const;
  template <class Int>
  Int integer() const {
    return static_cast<Int>(integer(std::numeric_limits<Int>::min(), std::numeric_limits<Int>::max()));
  }
  template <class Enum>
  Enum choice(std::initializer_list<std::pair<std::string_view, Enum>> names) const {
    const std::string name = text();
    std::string allowed;
    for (const auto& [candidate, value] : names) {
      if (candidate == name) return value;
      allowed += (allowed.empty() ? "" : ", ") + std::string(candidate);
    }
    fail("'" + name + "' is none of " + allowed);
  }

  [[noreturn]] void fail(const std::string& what, const std::string& remedy = "") const;
  const std::string& where() const { return where_; }
  const std::string& path() const { return path_; }

 private:
  const nlohmann::json* value_;
  std::string where_;
  std::string path_;
  std::set<std::string> asked_;
};

}  // namespace aie4ml::arch
