#include "compiler/frontend/tensor_proto.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>

#include "compiler/graph/shape.hpp"

namespace aie4ml::compiler {
namespace {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

class Decoder {
 public:
  Decoder(const onnx::TensorProto& proto, const std::string& name, const std::string& where)
      : proto_(proto), name_(name), where_(where) {}

  OnnxValue run() {
    if (proto_.data_location() == onnx::TensorProto::EXTERNAL || proto_.external_data_size() > 0) {
      fail("keeps its data in another file",
           "save the model with its weights inside (onnx.save_model, "
           "save_as_external_data=False)");
    }
    if (proto_.has_segment()) fail("is split into segments", "save the model with whole tensors");
    const auto type = element_type(proto_.data_type());
    if (!type) {
      fail(fmt::format("has type {}", onnx_type_name(proto_.data_type())),
           "use int8, uint8, int16, uint16, int32, int64 or float32");
    }
    OnnxValue value{name_, {proto_.dims().begin(), proto_.dims().end()}, *type, OnnxConstant{}};
    const auto count = element_count(value.shape);
    if (!count) {
      fail(fmt::format("has the shape {}", shape_string(value.shape)),
           fmt::format("dimensions are at least 1 and elements at most {}", kMaxElements));
    }
    count_ = static_cast<std::size_t>(*count);
    read(*type, *value.constant);
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const {
    throw arch::InputError(where_, fmt::format("constant '{}' {}", name_, what), remedy);
  }

  void read(arch::ElementType type, OnnxConstant& into) {
    switch (type) {
      case arch::ElementType::int8:
        return codes<std::int8_t>(proto_.int32_data(), into);
      case arch::ElementType::uint8:
        return codes<std::uint8_t>(proto_.int32_data(), into);
      case arch::ElementType::int16:
        return codes<std::int16_t>(proto_.int32_data(), into);
      case arch::ElementType::uint16:
        return codes<std::uint16_t>(proto_.int32_data(), into);
      case arch::ElementType::int32:
        return codes<std::int32_t>(proto_.int32_data(), into);
      case arch::ElementType::int64:
        return codes<std::int64_t>(proto_.int64_data(), into);
      case arch::ElementType::float32:
        into.reals = elements<float>(proto_.float_data());
        return;
      case arch::ElementType::bfloat16:
        break;
    }
    fail("has a type that is not read", "use an integer type or float32");
  }

  template <class T, class Field>
  void codes(const Field& field, OnnxConstant& into) {
    const std::vector<T> typed = elements<T>(field);
    into.codes.assign(typed.begin(), typed.end());
  }

  // raw_data wins where the exporter wrote it; otherwise the field of the type, one entry per element.
  template <class T, class Field>
  std::vector<T> elements(const Field& field) {
    if (proto_.has_raw_data()) {
      const std::string& raw = proto_.raw_data();
      if (raw.size() != count_ * sizeof(T)) {
        fail(fmt::format("has {} bytes of data for {} elements of {} bytes", raw.size(), count_, sizeof(T)),
             "export the model again");
      }
      std::vector<T> out(count_);
      std::memcpy(out.data(), raw.data(), raw.size());
      return out;
    }
    if (static_cast<std::size_t>(field.size()) != count_) {
      fail(fmt::format("has {} values for {} elements", field.size(), count_), "export the model again");
    }
    std::vector<T> out(count_);
    std::transform(field.begin(), field.end(), out.begin(), [&](auto value) {
      const T narrowed = static_cast<T>(value);
      if constexpr (std::is_integral_v<T>) {
        if (narrowed != value)
          fail(fmt::format("has the value {}, outside its type", value), "export the model again");
      }
      return narrowed;
    });
    return out;
  }

  const onnx::TensorProto& proto_;
  const std::string& name_;
  const std::string& where_;
  std::size_t count_{};
};

}  // namespace

std::optional<arch::ElementType> element_type(std::int32_t onnx_type) {
  switch (onnx_type) {
    case onnx::TensorProto::INT8:
      return arch::ElementType::int8;
    case onnx::TensorProto::UINT8:
      return arch::ElementType::uint8;
    case onnx::TensorProto::INT16:
      return arch::ElementType::int16;
    case onnx::TensorProto::UINT16:
      return arch::ElementType::uint16;
    case onnx::TensorProto::INT32:
      return arch::ElementType::int32;
    case onnx::TensorProto::INT64:
      return arch::ElementType::int64;
    case onnx::TensorProto::FLOAT:
      return arch::ElementType::float32;
    default:
      return std::nullopt;
  }
}

std::string onnx_type_name(std::int32_t onnx_type) {
  const std::string& name =
      onnx::TensorProto_DataType_Name(static_cast<onnx::TensorProto_DataType>(onnx_type));
  return name.empty() ? std::to_string(onnx_type) : name;
}

OnnxValue read_tensor(const onnx::TensorProto& proto, const std::string& name, const std::string& where) {
  return Decoder(proto, name, where).run();
}

}  // namespace aie4ml::compiler
