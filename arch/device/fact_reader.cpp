#include "arch/device/fact_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace aie4ml::arch {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kStatuses = {"documented", "measured", "derived", "assumed"};
constexpr std::array<std::string_view, 5> kMembers = {"value", "unit", "source", "status", "note"};

std::string join(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

std::string quoted(const json& value) {
  return value.is_null() ? "none" : value.dump();
}

}  // namespace

bool is_sourced_number(const json& node) {
  return node.is_object() && node.contains("value");
}

FactReader::FactReader(const json& root) : shared_(std::make_shared<Shared>()), node_(&root) {
  shared_->root = &root;
}

FactReader::FactReader(std::shared_ptr<Shared> shared, const json* node, std::string path)
    : shared_(std::move(shared)), node_(node), path_(std::move(path)) {}

std::string FactReader::path_of(const std::string& key) const {
  return join(path_, key);
}

void FactReader::problem(const std::string& key, const std::string& what, const std::string& remedy) {
  shared_->problems.push_back({path_of(key), what, remedy});
}

const json* FactReader::take(const std::string& key) {
  const std::string path = path_of(key);
  // Two places that read the same number would let one of them forget to.
  if (!shared_->consumed.insert(path).second) std::abort();
  if (node_ == nullptr) return nullptr;  // reported with its block
  const auto found = node_->find(key);
  return found == node_->end() ? nullptr : &*found;
}

bool FactReader::has(const std::string& key) const {
  return node_ != nullptr && node_->contains(key);
}

std::vector<std::string> FactReader::keys() const {
  std::vector<std::string> names;
  if (node_ == nullptr) return names;
  for (const auto& item : node_->items()) names.push_back(item.key());
  return names;
}

FactReader FactReader::block(const std::string& key) {
  const json* node = take(key);
  if (node_ != nullptr && (node == nullptr || !node->is_object() || is_sourced_number(*node))) {
    problem(key, node == nullptr ? "missing" : "not a block of numbers",
            "give an object with the numbers of this block");
    node = nullptr;
  }
  return {shared_, node, path_of(key)};
}

const json* FactReader::value_of(const std::string& key, const std::string& unit) {
  const json* node = take(key);
  if (node == nullptr) {
    if (node_ != nullptr)
      problem(key, "missing", fmt::format("give it in {}, with value, unit, source and status", unit));
    return nullptr;
  }
  if (!is_sourced_number(*node)) {
    problem(key, "not a sourced number",
            "write {\"value\": ..., \"unit\": ..., \"source\": ..., \"status\": ...}");
    return nullptr;
  }
  for (const auto& item : node->items()) {
    if (std::find(kMembers.begin(), kMembers.end(), item.key()) == kMembers.end()) {
      problem(key + "." + item.key(), "unknown key",
              fmt::format("a number has {}", fmt::join(kMembers, ", ")));
    }
  }
  const json given_unit = node->value("unit", json());
  if (given_unit != unit) {
    problem(key, fmt::format("unit {} where \"{}\" is expected", quoted(given_unit), unit),
            "convert the value");
    return nullptr;
  }
  const json source = node->value("source", json());
  if (!source.is_string() || source.get_ref<const std::string&>().empty()) {
    problem(key, "a number without a source", "say where it comes from, or who assumed it");
  }
  const json status = node->value("status", json());
  const bool known = status.is_string() && std::find(kStatuses.begin(), kStatuses.end(),
                                                     status.get<std::string>()) != kStatuses.end();
  if (!known) {
    problem(key, fmt::format("status {} is not known", quoted(status)),
            fmt::format("use one of {}", fmt::join(kStatuses, ", ")));
  }
  return &(*node)["value"];
}

std::optional<double> FactReader::checked(const std::string& key, const json& value, bool whole, double low,
                                          double high) {
  if (!value.is_number()) {
    problem(key, fmt::format("value {} is not a number", value.dump()), "");
    return std::nullopt;
  }
  const double number = value.get<double>();
  if (whole && std::floor(number) != number) {
    problem(key, fmt::format("value {} is not a whole number", value.dump()), "");
    return std::nullopt;
  }
  if (number < low || number > high) {
    problem(key, fmt::format("value {} is outside {}..{}", value.dump(), low, high), "");
    return std::nullopt;
  }
  return number;
}

std::int64_t FactReader::integer64(const std::string& key, const std::string& unit, std::int64_t low,
                                   std::int64_t high) {
  const json* value = value_of(key, unit);
  if (value == nullptr) return 0;
  return static_cast<std::int64_t>(
      checked(key, *value, true, static_cast<double>(low), static_cast<double>(high)).value_or(0));
}

int FactReader::integer(const std::string& key, const std::string& unit, int low, int high) {
  return static_cast<int>(integer64(key, unit, low, high));
}

int FactReader::optional_integer(const std::string& key, const std::string& unit, int low, int high,
                                 int absent) {
  return has(key) ? integer(key, unit, low, high) : absent;
}

double FactReader::real(const std::string& key, const std::string& unit, double low, double high) {
  const json* value = value_of(key, unit);
  if (value == nullptr) return 0;
  return checked(key, *value, false, low, high).value_or(0);
}

std::vector<int> FactReader::integers(const std::string& key, const std::string& unit, int low, int high) {
  std::vector<int> list;
  const json* value = value_of(key, unit);
  if (value == nullptr) return list;
  if (!value->is_array()) {
    problem(key, fmt::format("value {} is not a list", value->dump()), "write it in brackets");
    return list;
  }
  for (const json& element : *value) {
    if (const auto number = checked(key, element, true, low, high)) list.push_back(static_cast<int>(*number));
  }
  return list;
}

std::string FactReader::word(const std::string& key, const std::string& unit,
                             const std::vector<std::string>& allowed) {
  const json* value = value_of(key, unit);
  if (value == nullptr) return allowed.front();
  if (value->is_string() &&
      std::find(allowed.begin(), allowed.end(), value->get<std::string>()) != allowed.end()) {
    return value->get<std::string>();
  }
  problem(key, fmt::format("value {} is not known", value->dump()),
          fmt::format("use one of {}", fmt::join(allowed, ", ")));
  return allowed.front();
}

std::string FactReader::text(const std::string& key) {
  const json* node = take(key);
  if (node != nullptr && node->is_string() && !node->get_ref<const std::string&>().empty())
    return node->get<std::string>();
  problem(key, node == nullptr ? "missing" : "not a name", "give a string");
  return {};
}

std::string FactReader::optional_text(const std::string& key) {
  return has(key) ? text(key) : std::string();
}

void FactReader::report_unread(const json& node, const std::string& path) {
  for (const auto& item : node.items()) {
    const std::string child = join(path, item.key());
    if (!shared_->consumed.contains(child)) {
      shared_->problems.push_back({child, "unknown key", "remove it or check its spelling"});
    } else if (item.value().is_object() && !is_sourced_number(item.value())) {
      report_unread(item.value(), child);
    }
  }
}

Problems FactReader::finish() {
  if (shared_->root->is_object()) {
    report_unread(*shared_->root, "");
  } else {
    shared_->problems.push_back({"", "not a JSON object", "see the built-in devices"});
  }
  return shared_->problems;
}

}  // namespace aie4ml::arch
