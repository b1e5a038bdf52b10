// Strict reading of a tree of sourced numbers: every key is read exactly once, and what is missing, unknown,
// of the wrong unit or outside its range becomes a Problem with its path. Inside arch/device only.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "arch/error.hpp"

namespace aie4ml::arch {

// {"value": ..., "unit": ..., "source": ..., "status": ...}
bool is_sourced_number(const nlohmann::json& node);

class FactReader {
 public:
  explicit FactReader(const nlohmann::json& root);

  // A nested block; a missing one is a problem, and every number asked of it then counts as missing only
  // once.
  FactReader block(const std::string& key);
  bool has(const std::string& key) const;
  std::vector<std::string> keys() const;

  // A number; 0 and a problem if it is missing or wrong.
  int integer(const std::string& key, const std::string& unit, int low, int high);
  std::int64_t integer64(const std::string& key, const std::string& unit, std::int64_t low,
                         std::int64_t high);
  double real(const std::string& key, const std::string& unit, double low, double high);
  std::vector<int> integers(const std::string& key, const std::string& unit, int low, int high);
  // One of the allowed words; the first of them and a problem if it is none.
  std::string word(const std::string& key, const std::string& unit, const std::vector<std::string>& allowed);
  // As integer(), and `absent` without a problem if the key is not there.
  int optional_integer(const std::string& key, const std::string& unit, int low, int high, int absent);

  // A plain string, which is a name and no fact.
  std::string text(const std::string& key);
  std::string optional_text(const std::string& key);

  void problem(const std::string& key, const std::string& what, const std::string& remedy);

  // Everything found so far and the keys that nobody read. Call once, on the root, at the end.
  Problems finish();

 private:
  struct Shared {
    const nlohmann::json* root;
    Problems problems;
    std::set<std::string> consumed;
  };
  FactReader(std::shared_ptr<Shared> shared, const nlohmann::json* node, std::string path);

  std::string path_of(const std::string& key) const;
  const nlohmann::json* take(const std::string& key);
  const nlohmann::json* value_of(const std::string& key, const std::string& unit);
  std::optional<double> checked(const std::string& key, const nlohmann::json& value, bool whole, double low,
                                double high);
  void report_unread(const nlohmann::json& node, const std::string& path);

  std::shared_ptr<Shared> shared_;
  const nlohmann::json* node_;  // null: the block is missing
  std::string path_;
};

}  // namespace aie4ml::arch
