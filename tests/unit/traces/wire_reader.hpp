// Reads protobuf wire format without any schema (protobuf.dev/programming-guides/encoding), so that a test
// can hold a file against the official field numbers and not against our own .proto.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace aie4ml::traces::testing {

class Message {
 public:
  explicit Message(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
      const std::uint64_t tag = varint(bytes, at);
      Field field{static_cast<int>(tag >> 3U), 0, {}};
      switch (tag & 7U) {
        case 0:
          field.value = varint(bytes, at);
          break;
        case 1:
          field.bytes = take(bytes, at, 8);
          break;
        case 2: {
          const std::uint64_t size = varint(bytes, at);
          field.bytes = take(bytes, at, size);
          break;
        }
        default:
          throw std::runtime_error("wire type not used by Perfetto");
      }
      fields_.push_back(field);
    }
  }

  [[nodiscard]] bool has(int number) const { return find(number) != nullptr; }
  [[nodiscard]] std::uint64_t integer(int number) const { return at(number).value; }
  [[nodiscard]] std::string text(int number) const { return std::string(at(number).bytes); }
  [[nodiscard]] double real(int number) const {
    double value{};
    std::memcpy(&value, at(number).bytes.data(), sizeof value);
    return value;
  }
  [[nodiscard]] Message message(int number) const { return Message(at(number).bytes); }
  [[nodiscard]] std::vector<Message> messages(int number) const {
    std::vector<Message> found;
    for (const Field& field : fields_) {
      if (field.number == number) found.emplace_back(field.bytes);
    }
    return found;
  }
  // All numbers that occur.
  [[nodiscard]] std::vector<int> numbers() const {
    std::vector<int> all;
    for (const Field& field : fields_) all.push_back(field.number);
    return all;
  }

 private:
  struct Field {
    int number{};
    std::uint64_t value{};
    std::string_view bytes;  // into the caller's text
  };

  static std::uint64_t varint(std::string_view bytes, std::size_t& at) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; at < bytes.size() && shift < 64; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(bytes[at++]);
      value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if (byte < 0x80U) return value;
    }
    throw std::runtime_error("varint does not end");
  }
  static std::string_view take(std::string_view bytes, std::size_t& at, std::uint64_t size) {
    if (size > bytes.size() - at) throw std::runtime_error("field is cut off");
    at += size;
    return bytes.substr(at - size, size);
  }
  [[nodiscard]] const Field* find(int number) const {
    for (const Field& field : fields_) {
      if (field.number == number) return &field;
    }
    return nullptr;
  }
  [[nodiscard]] const Field& at(int number) const {
    if (const Field* field = find(number)) return *field;
    throw std::runtime_error("no field " + std::to_string(number));
  }

  std::vector<Field> fields_;
};

}  // namespace aie4ml::traces::testing
