#include "tests/support/json_mutator.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace aie4ml::test {

using nlohmann::json;

namespace {

// All values inside `value`, containers too.
void collect(json& value, std::vector<json*>& nodes) {
  nodes.push_back(&value);
  if (value.is_structured()) {
    for (json& item : value) collect(item, nodes);
  }
}

json random_value(std::mt19937& random) {
  static const std::vector<json> kValues = {nullptr,
                                            true,
                                            0,
                                            1,
                                            -1,
                                            2,
                                            16,
                                            63,
                                            64,
                                            255,
                                            256,
                                            65536,
                                            2147483647,
                                            -2147483648LL,
                                            4294967295U,
                                            18446744073709551615U,
                                            -9223372036854775807LL,
                                            0.5,
                                            1e308,
                                            "",
                                            "none",
                                            "South 3",
                                            "North 255",
                                            "S2MM 1",
                                            "vlda w0, [p0], #32",
                                            "a:",
                                            "x~",
                                            "movxm le, @2147483647",
                                            "j @-1",
                                            "vmac.255x255x255.s64.f32 dm7, dm7, x11, x11",
                                            json::array(),
                                            json::object(),
                                            json::array({1, 2})};
  return kValues[random() % kValues.size()];
}

}  // namespace

void damage(json& value, std::mt19937& random) {
  std::vector<json*> nodes;
  collect(value, nodes);
  json& node = *nodes[random() % nodes.size()];
  switch (random() % 6) {
    case 0:
      if (node.is_object() && !node.empty()) {
        node.erase(std::next(node.begin(), static_cast<long>(random() % node.size())));
      }
      break;
    case 1:
      if (node.is_array() && !node.empty()) node.push_back(node[random() % node.size()]);
      break;
    case 2:
      if (node.is_array() && !node.empty()) node.erase(random() % node.size());
      break;
    case 3:
      if (node.is_string() && !node.get<std::string>().empty()) {
        auto text = node.get<std::string>();
        text[random() % text.size()] = static_cast<char>(random() % 128);
        node = text;
      } else if (node.is_number_integer()) {
        node = node.get<std::int64_t>() + static_cast<std::int64_t>(random() % 5) - 2;
      }
      break;
    default:
      node = random_value(random);
  }
}

namespace {

struct Node {
  std::string path;
  json* value;
};

// Values by the name of their key; items of an array by the name of the array's.
void collect_by_key(json& value, const std::string& key, const std::string& path,
                    std::map<std::string, std::vector<Node>>& nodes) {
  if (value.is_object()) {
    for (auto& item : value.items()) {
      const std::string at = path + "/" + item.key();
      nodes[item.key()].push_back({at, &item.value()});
      collect_by_key(item.value(), item.key(), at, nodes);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string at = path + "/" + std::to_string(i);
      nodes[key + "[]"].push_back({at, &value[i]});
      collect_by_key(value[i], key, at, nodes);
    }
  }
}

std::int64_t nearby(std::int64_t number, std::mt19937& random) {
  switch (random() % 5) {
    case 0:
      return number + static_cast<std::int64_t>(random() % 9) - 4;
    case 1:
      return number / 2;
    case 2:
      return number * 2;
    case 3:
      return number ^ (std::int64_t{1} << random() % 17);
    default:
      return static_cast<std::int64_t>(random() % 64);
  }
}

}  // namespace

void disturb(json& value, std::mt19937& random) {
  std::map<std::string, std::vector<Node>> nodes;
  collect_by_key(value, "", "", nodes);
  if (nodes.empty()) return;
  const auto& alike = std::next(nodes.begin(), static_cast<long>(random() % nodes.size()))->second;
  const Node& one = alike[random() % alike.size()];
  const Node& other = alike[random() % alike.size()];
  constexpr std::int64_t kLarge = std::int64_t{1} << 40;
  if (one.value->is_number_integer() && random() % 2 == 0) {
    const auto number = one.value->get<std::int64_t>();
    *one.value = nearby(number > -kLarge && number < kLarge ? number : 0, random);
    return;
  }
  const auto inside = [](const Node& a, const Node& b) { return a.path.rfind(b.path + "/", 0) == 0; };
  if (!inside(one, other) && !inside(other, one)) std::swap(*one.value, *other.value);
}

}  // namespace aie4ml::test
