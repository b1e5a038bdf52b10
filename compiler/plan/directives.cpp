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

using Read = void (*)(const json& value, LayerDirectives& directives);

// Thrown by the functions below: what the value must be.
struct WrongValue {
  std::string expected;
};

int integer(const json& value, int minimum, int maximum = 4096) {
  if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    if (number >= minimum && number <= maximum) return static_cast<int>(number);
  }
  throw WrongValue{maximum == 4096 ? fmt::format("an integer from {}", minimum)
                                   : fmt::format("an integer from {} to {}", minimum, maximum)};
}

template <std::size_t Size>
std::array<int, Size> integers(const json& value) {
  std::array<int, Size> result{};
  const WrongValue wrong{fmt::format("a list of {} integers from 1", Size)};
  if (!value.is_array() || value.size() != Size) throw wrong;
  for (std::size_t i = 0; i < Size; ++i) {
    try {
      result[i] = integer(value[i], 1);
    } catch (const WrongValue&) {
      throw wrong;
    }
  }
  return result;
}

template <class Enum, std::size_t Size>
Enum word(const json& value, const std::array<std::pair<const char*, Enum>, Size>& words) {
  std::vector<std::string> names;
  for (const auto& [name, meaning] : words) {
    if (value == name) return meaning;
    names.push_back(fmt::format("\"{}\"", name));
  }
  throw WrongValue{fmt::format("one of {}", fmt::join(names, ", "))};
}

struct Key {
  const char* name;
  bool in_default;  // a position for all layers makes no sense
  bool of_dense;    // says nothing about an elementwise layer
  bool followed;    // by the planner
  Read read;
};
const std::array<Key, 9> kKeys = {{
    {"cas_len", true, false, true, [](const json& v, LayerDirectives& d) { d.cas_len = integer(v, 1); }},
    {"cas_num", true, false, true, [](const json& v, LayerDirectives& d) { d.cas_num = integer(v, 1); }},
    {"col", false, false, true, [](const json& v, LayerDirectives& d) { d.col = integer(v, 0); }},
    {"row", false, false, true, [](const json& v, LayerDirectives& d) { d.row = integer(v, 0); }},
    {"mmul", true, true, true, [](const json& v, LayerDirectives& d) { d.mmul = integers<3>(v); }},
    {"block", true, true, true, [](const json& v, LayerDirectives& d) { d.block = integers<2>(v); }},
    {"contract", true, false, true,
     [](const json& v, LayerDirectives& d) {
       d.contract = word<Contract, 2>(v, {{{"inner", Contract::inner}, {"outer", Contract::outer}}});
     }},
    {"route", true, false, true,
     [](const json& v, LayerDirectives& d) {
       d.route = word<Transport, 3>(v, {{{"auto", Transport::automatic},
                                         {"direct", Transport::direct},
                                         {"memtile", Transport::memory_tile}}});
     }},
    {"buffering", true, false, false,
     [](const json& v, LayerDirectives& d) { d.buffering = integer(v, 1, 2); }},
}};

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

// What a layer does, as far as directives are concerned.
bool is_dense(const Node& node) {
  return std::holds_alternative<DenseOp>(node.op);
}

// Puts what the object says over what `result` has. layer: nullptr for the default of all layers.
void read_layer(const json& object, const std::string& where, const Node* layer, LayerDirectives& result) {
  if (!object.is_object()) {
    throw arch::InputError(where, "is not an object", "write {\"cas_len\": 2, ...}");
  }
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
    if (layer == nullptr && !key->in_default) {
      throw arch::InputError(where, fmt::format("'{}' cannot be the same for all layers", name),
                             "give it to single layers");
    }
    if (layer != nullptr && key->of_dense && !is_dense(*layer)) {
      throw arch::InputError(where, fmt::format("'{}' is for matrix products, and this layer is none", name),
                             "leave it out");
    }
    try {
      key->read(value, result);
    } catch (const WrongValue& wrong) {
      throw arch::InputError(where, fmt::format("{} is {}", name, value.dump()),
                             fmt::format("it must be {}", wrong.expected));
    }
    if (!key->followed) {
      throw arch::InputError(where, fmt::format("directive '{}' is not followed yet", name), "leave it out");
    }
  }
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
      read_layer(value, where + ": default", nullptr, defaults);
    } else if (name != "layers") {
      throw arch::InputError(where, fmt::format("unknown key '{}'", name),
                             nearest(name, {"default", "layers"}));
    } else if (!value.is_object()) {
      throw arch::InputError(where, "'layers' is not an object", "write {\"<node name>\": {...}}");
    }
  }
  Directives result;
  for (const Node& node : graph.nodes) {
    LayerDirectives& layer = result.layers.emplace_back(defaults);
    if (!is_dense(node)) layer.cas_len.reset(), layer.mmul.reset(), layer.block.reset();
  }
  if (!root.contains("layers")) return result;
  std::map<NodeId, std::string> seen;
  for (const auto& [name, value] : root.at("layers").items()) {
    const std::string path = fmt::format("{}: layers.{}", where, name);
    const NodeId node = find_layer(name, graph, where);
    if (const auto [previous, fresh] = seen.emplace(node, name); !fresh) {
      throw arch::InputError(path, fmt::format("'{}' is the same layer", previous->second),
                             "keep one of them");
    }
    read_layer(value, path, &graph.nodes[static_cast<std::size_t>(node)],
               result.layers[static_cast<std::size_t>(node)]);
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
