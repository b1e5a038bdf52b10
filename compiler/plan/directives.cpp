#include "compiler/plan/directives.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "arch/error.hpp"

namespace aie4ml::compiler {
namespace {

using nlohmann::json;

struct Key {
  const char* name;
  std::optional<int> LayerDirectives::*field;
  int minimum;
  bool in_default;  // a position for all layers makes no sense
};
constexpr std::array<Key, 4> kKeys = {{{"cas_len", &LayerDirectives::cas_len, 1, true},
                                       {"cas_num", &LayerDirectives::cas_num, 1, true},
                                       {"col", &LayerDirectives::col, 0, false},
                                       {"row", &LayerDirectives::row, 0, false}}};

int edit_distance(const std::string& a, const std::string& b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({substitute, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

// "did you mean 'x'?", or what there is at all.
std::string nearest(const std::string& name, const std::vector<std::string>& known) {
  if (known.empty()) return "there are none";
  const auto best = std::min_element(known.begin(), known.end(), [&](const auto& a, const auto& b) {
    return edit_distance(name, a) < edit_distance(name, b);
  });
  return fmt::format("did you mean '{}'?", *best);
}

LayerDirectives read_layer(const json& object, const std::string& where, bool is_default) {
  if (!object.is_object()) {
    throw arch::InputError(where, "is not an object", "write {\"cas_len\": 2, ...}");
  }
  LayerDirectives result;
  for (const auto& item : object.items()) {
    const std::string& name = item.key();
    const json& value = item.value();
    const auto* key = std::find_if(kKeys.begin(), kKeys.end(), [&](const Key& k) { return name == k.name; });
    if (key == kKeys.end()) {
      std::vector<std::string> known;
      known.reserve(kKeys.size());
      for (const Key& k : kKeys) known.emplace_back(k.name);
      throw arch::InputError(where, fmt::format("unknown directive '{}'", name), nearest(name, known));
    }
    if (is_default && !key->in_default) {
      throw arch::InputError(where, fmt::format("'{}' cannot be the same for all layers", name),
                             "give it to single layers");
    }
    if (!value.is_number_integer() || value.get<std::int64_t>() < key->minimum ||
        value.get<std::int64_t>() > 4096) {
      throw arch::InputError(where, fmt::format("{} is {}", name, value.dump()),
                             fmt::format("it must be an integer from {}", key->minimum));
    }
    result.*(key->field) = value.get<int>();
  }
  if (result.col.has_value() != result.row.has_value()) {
    throw arch::InputError(where, "only one of col and row is given", "give both or none");
  }
  return result;
}

// The node a key of "layers" means.
NodeId find_layer(const std::string& name, const Graph& graph, const std::string& where) {
  std::vector<std::string> known;
  for (const NodeId layer : graph.layers()) {
    const std::string& layer_name = graph.node(layer).name;
    if (layer_name == name || name == fmt::format("#{}", known.size())) return layer;
    known.push_back(layer_name);
  }
  const std::string remedy =
      name.starts_with("#") ? fmt::format("indices go from #0 to #{}", static_cast<int>(known.size()) - 1)
                            : nearest(name, known);
  throw arch::InputError(where, fmt::format("the model has no layer '{}'", name), remedy);
}

}  // namespace

LayerDirectives Directives::of(NodeId node) const {
  const auto index = static_cast<std::size_t>(node);
  return index < layers.size() ? layers[index] : LayerDirectives{};
}

Directives directives_from_json(const json& root, const Graph& graph, const std::string& where) {
  if (!root.is_object()) throw arch::InputError(where, "is not a JSON object", "write {\"layers\": {...}}");
  LayerDirectives defaults;
  for (const auto& [name, value] : root.items()) {
    if (name == "default") {
      defaults = read_layer(value, where + ": default", true);
    } else if (name != "layers") {
      throw arch::InputError(where, fmt::format("unknown key '{}'", name),
                             nearest(name, {"default", "layers"}));
    } else if (!value.is_object()) {
      throw arch::InputError(where, "'layers' is not an object", "write {\"<node name>\": {...}}");
    }
  }
  Directives result;
  result.layers.assign(graph.nodes.size(), defaults);
  if (!root.contains("layers")) return result;
  std::map<NodeId, std::string> seen;
  for (const auto& [name, value] : root.at("layers").items()) {
    const std::string path = fmt::format("{}: layers.{}", where, name);
    const NodeId node = find_layer(name, graph, where);
    if (const auto [previous, fresh] = seen.emplace(node, name); !fresh) {
      throw arch::InputError(path, fmt::format("'{}' is the same layer", previous->second),
                             "keep one of them");
    }
    const LayerDirectives given = read_layer(value, path, false);
    LayerDirectives& merged = result.layers[static_cast<std::size_t>(node)];
    for (const Key& key : kKeys) {
      if (given.*(key.field)) merged.*(key.field) = given.*(key.field);
    }
  }
  return result;
}

namespace {

// JSON keeps the last of two equal keys without a word; in a file that people write one of them is a mistake.
json parse_without_duplicates(std::istream& stream, const std::string& where) {
  std::vector<std::set<std::string>> open;  // keys so far of the objects around
  return json::parse(stream, [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) open.emplace_back();
    if (event == json::parse_event_t::object_end) open.pop_back();
    if (event == json::parse_event_t::key && !open.back().insert(parsed.get<std::string>()).second) {
      throw arch::InputError(where, fmt::format("key '{}' is there twice", parsed.get<std::string>()),
                             "keep one of them");
    }
    return true;
  });
}

}  // namespace

Directives read_directives(const std::filesystem::path& file, const Graph& graph) {
  if (std::error_code ignored; std::filesystem::is_directory(file, ignored)) {
    throw arch::InputError(file.string(), "is a directory", "name the JSON file in it");
  }
  std::ifstream stream(file);
  if (!stream) throw arch::InputError(file.string(), "cannot be read", "check the path");
  try {
    return directives_from_json(parse_without_duplicates(stream, file.string()), graph, file.string());
  } catch (const json::parse_error& error) {
    throw arch::InputError(file.string(), fmt::format("is not JSON (byte {})", error.byte),
                           "check the syntax");
  } catch (const json::out_of_range&) {  // 1e999
    throw arch::InputError(file.string(), "holds a number that is too large", "write small integers");
  }
}

}  // namespace aie4ml::compiler
