#include "arch/image/json_reader.hpp"

#include <fmt/format.h>

#include "arch/error.hpp"

namespace aie4ml::arch {

JsonReader::JsonReader(const nlohmann::json& value, std::string where, std::string path)
    : value_(&value), where_(std::move(where)), path_(std::move(path)) {}

void JsonReader::fail(const std::string& what, const std::string& remedy) const {
  throw InputError(path_.empty() ? where_ : fmt::format("{}: {}", where_, path_), what, remedy);
}

std::optional<JsonReader> JsonReader::find(const std::string& key) {
  if (!value_->is_object()) fail(fmt::format("expected an object, found {}", value_->type_name()));
  asked_.insert(key);
  const auto found = value_->find(key);
  if (found == value_->end()) return std::nullopt;
  return JsonReader(*found, where_, path_.empty() ? key : fmt::format("{}.{}", path_, key));
}

JsonReader JsonReader::at(const std::string& key) {
  auto found = find(key);
  if (!found) fail(fmt::format("key '{}' is missing", key));
  return *std::move(found);
}

std::vector<std::string> JsonReader::keys() const {
  if (!value_->is_object()) fail(fmt::format("expected an object, found {}", value_->type_name()));
  std::vector<std::string> keys;
  for (const auto& item : value_->items()) keys.push_back(item.key());
  return keys;
}

void JsonReader::done() const {
  for (const std::string& key : keys()) {
    if (asked_.count(key) == 0) fail(fmt::format("unknown key '{}'", key));
  }
}

std::vector<JsonReader> JsonReader::items() const {
  if (!value_->is_array()) fail(fmt::format("expected an array, found {}", value_->type_name()));
  std::vector<JsonReader> items;
  for (std::size_t i = 0; i < value_->size(); ++i) {
    items.emplace_back((*value_)[i], where_, fmt::format("{}[{}]", path_, i));
  }
  return items;
}

std::vector<JsonReader> JsonReader::items(const std::string& key) {
  const auto found = find(key);
  return found ? found->items() : std::vector<JsonReader>{};
}

std::string JsonReader::text() const {
  if (!value_->is_string()) fail(fmt::format("expected a string, found {}", value_->type_name()));
  return value_->get<std::string>();
}

bool JsonReader::boolean() const {
  if (!value_->is_boolean()) fail(fmt::format("expected a boolean, found {}", value_->type_name()));
  return value_->get<bool>();
}

double JsonReader::number() const {
  if (!value_->is_number()) fail(fmt::format("expected a number, found {}", value_->type_name()));
  return value_->get<double>();
}

std::int64_t JsonReader::integer(std::int64_t min, std::int64_t max) const {
  if (!value_->is_number_integer()) fail(fmt::format("expected an integer, found {}", value_->type_name()));
  // Above the signed range only an unsigned value can be; get<int64_t>() would wrap it.
  const bool huge =
      value_->is_number_unsigned() &&
      value_->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (huge || value_->get<std::int64_t>() < min || value_->get<std::int64_t>() > max) {
    fail(fmt::format("{} is not in {}..{}", value_->dump(), min, max));
  }
  return value_->get<std::int64_t>();
}

}  // namespace aie4ml::arch
