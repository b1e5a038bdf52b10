#include "arch/host/port_files.hpp"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "arch/error.hpp"

namespace aie4ml::arch {
namespace {

using Direction = PlioChannel::Direction;

const char* word(Direction direction) {
  return direction == Direction::input ? "input" : "output";
}

bool keeps_its_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The port of that name, or of that file name if only one has it.
std::optional<std::size_t> find_port(const Image& image, Direction direction, std::string_view name) {
  std::optional<std::size_t> similar;
  int similar_count = 0;
  for (const std::size_t port : ports_of(image, direction)) {
    if (image.ports[port].tensor == name) return port;
    if (file_name_of(image.ports[port].tensor) != name) continue;
    similar = port;
    ++similar_count;
  }
  return similar_count == 1 ? similar : std::nullopt;
}

std::string known_ports(const Image& image, Direction direction) {
  std::string names;
  for (const std::size_t port : ports_of(image, direction)) {
    names += fmt::format("{}'{}'", names.empty() ? "" : ", ", image.ports[port].tensor);
  }
  return fmt::format("the graph's {}s are {}", word(direction), names);
}

}  // namespace

std::string file_name_of(std::string_view tensor) {
  std::string name(tensor);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !keeps_its_name(c); }, '_');
  return name;
}

std::vector<std::size_t> ports_of(const Image& image, Direction direction) {
  std::vector<std::size_t> ports;
  for (std::size_t port = 0; port < image.ports.size(); ++port) {
    if (image.ports[port].direction == direction) ports.push_back(port);
  }
  return ports;
}

PortFile parse_port_file(const Image& image, Direction direction, const std::string& text) {
  // Names of tensors and of files may hold '=' themselves: the first split that names a tensor counts.
  for (std::size_t at = text.find('='); at != std::string::npos; at = text.find('=', at + 1)) {
    if (const auto port = find_port(image, direction, std::string_view(text).substr(0, at))) {
      return {*port, text.substr(at + 1)};
    }
  }
  std::error_code ignored;
  if (text.find('=') != std::string::npos && !std::filesystem::exists(text, ignored)) {
    throw InputError(
        text, fmt::format("there is no graph {} '{}'", word(direction), text.substr(0, text.find('='))),
        known_ports(image, direction));
  }
  const std::vector<std::size_t> ports = ports_of(image, direction);
  if (ports.size() != 1) {
    throw InputError(
        text, fmt::format("does not say which of {} graph {}s it is for", ports.size(), word(direction)),
        "give NAME=FILE.npy; " + known_ports(image, direction));
  }
  return {ports[0], text};
}

PortArrays read_port_files(const Image& image, Direction direction, const std::vector<std::string>& texts) {
  PortArrays arrays;
  for (const std::string& text : texts) {
    const PortFile file = parse_port_file(image, direction, text);
    if (arrays.count(file.port) != 0) {
      throw InputError(file.file.string(),
                       fmt::format("{} has a file already, {}", describe(image.ports[file.port]),
                                   arrays.at(file.port).source),
                       "give one file a tensor");
    }
    arrays[file.port] = {file.file.string(), read_npy(file.file)};
  }
  return arrays;
}

}  // namespace aie4ml::arch
