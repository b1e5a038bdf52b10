#include "traces/report/report_json.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <type_traits>

#include "traces/output_file.hpp"
#include "traces/report/report_fields.hpp"

namespace aie4ml::traces {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsScalar = std::is_arithmetic_v<T> || std::is_same_v<T, std::string>;

template <class T>
Json write(const T& value) {
  if constexpr (kIsScalar<T>) {
    return value;
  } else if constexpr (kIsOptional<T>) {
    return value ? write(*value) : Json(nullptr);
  } else if constexpr (kIsVector<T>) {
    Json array = Json::array();
    for (const auto& element : value) array.push_back(write(element));
    return array;
  } else {
    Json object = Json::object();
    fields::visit(value, [&object](const char* key, const auto& member) { object[key] = write(member); });
    return object;
  }
}

class Reader {
 public:
  explicit Reader(std::string where) : where_(std::move(where)) {}

  template <class T>
  void read(const Json& json, const std::string& path, T& value) const {
    if constexpr (kIsOptional<T>) {
      if (!json.is_null()) read(json, path, value.emplace());
    } else if constexpr (kIsVector<T>) {
      expect(json.is_array(), path, "a list");
      for (std::size_t i = 0; i < json.size(); ++i) {
        read(json[i], path + '[' + std::to_string(i) + ']', value.emplace_back());
      }
    } else if constexpr (std::is_same_v<T, std::string>) {
      expect(json.is_string(), path, "a text");
      value = json.get<std::string>();
    } else if constexpr (std::is_same_v<T, bool>) {
      expect(json.is_boolean(), path, "true or false");
      value = json.get<bool>();
    } else if constexpr (std::is_integral_v<T>) {
      read_integer(json, path, value);
    } else if constexpr (std::is_floating_point_v<T>) {
      expect(json.is_number(), path, "a number");
      value = json.get<T>();
    } else {
      expect(json.is_object(), path, "an object");
      const std::string prefix = path.empty() ? "" : path + '.';
      fields::visit(value, [&](const char* key, auto& member) {
        const auto found = json.find(key);
        if (found == json.end()) fail(prefix + key, "is missing");
        read(*found, prefix + key, member);
      });
    }
  }

  [[noreturn]] void fail(const std::string& path, const std::string& what) const {
    throw arch::InputError(where_ + (path.empty() ? "" : ": " + path), what,
                           "use a report written by this version of aie4ml-sim");
  }

 private:
  void expect(bool is_right, const std::string& path, const char* type) const {
    if (!is_right) fail(path, std::string("is not ") + type);
  }

  template <class T>
  void read_integer(const Json& json, const std::string& path, T& value) const {
    expect(json.is_number_integer(), path, "an integer");
    const bool too_large =
        json.is_number_unsigned() &&
        json.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    const auto wide = too_large ? 0 : json.get<std::int64_t>();
    expect(!too_large && wide >= std::numeric_limits<T>::min() && wide <= std::numeric_limits<T>::max(), path,
           "in range");
    value = static_cast<T>(wide);
  }

  std::string where_;
};

}  // namespace

nlohmann::ordered_json to_json(const Report& report) {
  Json json = write(report);
  // Not null but absent: a deterministic report has no such section.
  if (report.host) json["host"] = write(*report.host);
  return json;
}

Report report_from_json(const nlohmann::ordered_json& json, const std::string& where) {
  const Reader reader(where);
  if (!json.is_object() || !json.contains("schema")) reader.fail("", "is not a report");
  if (json["schema"] != kReportSchema) {
    reader.fail("schema", "is " + json["schema"].dump() + ", known is " + std::to_string(kReportSchema));
  }
  Report report;
  reader.read(json, "", report);
  if (json.contains("host")) reader.read(json["host"], "host", report.host);
  return report;
}

void write_report(const std::filesystem::path& path, const Report& report) {
  OutputFile file(path);
  file.stream() << to_json(report).dump(2) << '\n';
  file.commit();
}

Report read_report(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw arch::InputError(path.string(), "cannot be read", "give a report written with --report");
  const Json json = Json::parse(file, nullptr, false);
  if (json.is_discarded())
    throw arch::InputError(path.string(), "is not JSON", "give a report written with --report");
  Report report = report_from_json(json, path.string());
  arch::throw_if_any(path.string(), validate(report));
  return report;
}

}  // namespace aie4ml::traces
