#include "arch/device/device_loader.hpp"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "arch/device/embedded_devices.hpp"
#include "arch/device/fact_reader.hpp"

namespace aie4ml::arch {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::string_view kSchema = "aie4ml.device/1";
constexpr int kMaxExtends = 8;

// nlohmann keeps the last of two equal keys; here the first would be lost without a word.
json parse_strict(const std::string& text, const std::string& where) {
  std::vector<std::set<std::string>> open;
  const json::parser_callback_t no_duplicates = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) {
      open.emplace_back();
    } else if (event == json::parse_event_t::object_end) {
      open.pop_back();
    } else if (event == json::parse_event_t::key && !open.back().insert(parsed.get<std::string>()).second) {
      throw InputError(where, fmt::format("key {} twice in one object", parsed.dump()), "keep one of them");
    }
    return true;
  };
  try {
    return json::parse(text, no_duplicates);
  } catch (const json::exception& error) {
    throw InputError(where, error.what(), "correct the JSON");
  }
}

struct Source {
  std::string where;
  std::string text;
  fs::path folder;  // where "extends" may look for files
};

std::optional<std::string> read_file(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A built-in name wins over a file of the same name; a path always has a suffix or a folder.
Source find_source(const std::string& name_or_path, const fs::path& folder) {
  for (const EmbeddedDevice& device : embedded_devices()) {
    if (device.name == name_or_path) return {name_or_path, std::string(device.json), folder};
  }
  const fs::path path = folder / name_or_path;
  if (auto text = read_file(path)) return {path.string(), *std::move(text), path.parent_path()};
  throw InputError(
      "device '" + name_or_path + "'", "no built-in device and no readable file of that name",
      fmt::format("use one of {}, or the path of a JSON file", fmt::join(builtin_device_names(), ", ")));
}

void merge(json& base, const json& over) {
  for (const auto& item : over.items()) {
    const auto found = base.find(item.key());
    const bool blocks = found != base.end() && found->is_object() && item.value().is_object() &&
                        !is_sourced_number(*found) && !is_sourced_number(item.value());
    if (blocks) {
      merge(*found, item.value());
    } else {
      // A number is replaced as a whole: a new value must not keep the source of the old one.
      base[item.key()] = item.value();
    }
  }
}

json load_merged(const std::string& name_or_path, const fs::path& folder, int depth) {
  const Source source = find_source(name_or_path, folder);
  if (depth > kMaxExtends)
    throw InputError(source.where, "extends itself or too many files", "end the chain");
  json own = parse_strict(source.text, source.where);
  if (!own.is_object()) throw InputError(source.where, "not a JSON object", "see the built-in devices");
  if (own.value("schema", json()) != kSchema) {
    throw InputError(source.where + ": schema", fmt::format("not \"{}\"", kSchema),
                     "write the schema of this version");
  }
  // Inherited, the name would be that of another device.
  if (!own.contains("name")) throw InputError(source.where + ": name", "missing", "name the device");
  if (!own.contains("extends")) return own;
  if (!own["extends"].is_string())
    throw InputError(source.where + ": extends", "not a name", "give a string");
  json merged = load_merged(own["extends"].get<std::string>(), source.folder, depth + 1);
  own.erase("extends");
  merge(merged, own);
  return merged;
}

void collect_numbers(const json& node, const std::string& path, std::vector<SourcedNumber>& numbers) {
  if (is_sourced_number(node)) {
    const auto text = [&](const char* key) {
      return node.contains(key) && node[key].is_string() ? node[key].get<std::string>() : "";
    };
    numbers.push_back({path, node["value"].dump(), text("unit"), text("source"), text("status")});
  } else if (node.is_object()) {
    for (const auto& item : node.items()) {
      collect_numbers(item.value(), path.empty() ? item.key() : path + "." + item.key(), numbers);
    }
  }
}

}  // namespace

json merged_device_json(const std::string& name_or_path) {
  return load_merged(name_or_path, {}, 0);
}

Device load_device(const std::string& name_or_path) {
  return device_from_json(merged_device_json(name_or_path), name_or_path);
}

std::vector<std::string> builtin_device_names() {
  std::vector<std::string> names;
  for (const EmbeddedDevice& device : embedded_devices()) {
    if (json::parse(device.json).contains("extends")) names.emplace_back(device.name);
  }
  return names;
}

std::vector<SourcedNumber> all_numbers(const json& merged) {
  std::vector<SourcedNumber> numbers;
  collect_numbers(merged, "", numbers);
  return numbers;
}

}  // namespace aie4ml::arch
