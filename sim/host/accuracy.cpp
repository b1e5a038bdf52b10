#include "sim/host/accuracy.hpp"

#include <fmt/format.h>

#include "arch/error.hpp"

namespace aie4ml::sim {

void check_labels(const arch::PortArray& labels, const arch::GraphPort& port, std::int64_t iterations) {
  const arch::NpyArray& array = labels.array;
  if (!is_integer(array.type)) {
    throw arch::InputError(labels.source, fmt::format("labels are {}", to_string(array.type)),
                           "give class numbers as integers");
  }
  std::vector<std::int64_t> shape = array_shape(port, iterations);
  const std::int64_t classes = shape.back();
  shape.pop_back();
  const std::int64_t given = array.shape.empty() ? 0 : array.shape[0];
  std::vector<std::int64_t> as_given = shape;
  as_given[0] = given;
  if (array.shape != as_given || given < 1 || given > iterations) {
    throw arch::InputError(
        labels.source,
        fmt::format("labels have shape {}, {} needs {}", arch::to_string(array.shape), describe(port),
                    arch::to_string(shape)),
        "give one class number for each row of the output; later iterations may lack them");
  }
  for (std::int64_t i = 0; i < array.elements(); ++i) {
    const std::int64_t label = array.integer_at(i);
    if (label >= 0 && label < classes) continue;
    throw arch::InputError(
        labels.source,
        fmt::format("label {} is {}, {} has classes 0..{}", i, label, describe(port), classes - 1), "");
  }
}

Accuracy top1(const arch::PortArray& labels, const arch::NpyArray& values) {
  const std::int64_t classes = values.shape.back();
  Accuracy accuracy;
  accuracy.total = labels.array.elements();
  for (std::int64_t row = 0; row < accuracy.total; ++row) {
    std::int64_t best = 0;
    for (std::int64_t c = 1; c < classes; ++c) {
      if (values.real_at(row * classes + c) > values.real_at(row * classes + best)) best = c;
    }
    if (best == labels.array.integer_at(row)) ++accuracy.correct;
  }
  return accuracy;
}

std::string to_text(const Accuracy& accuracy) {
  return fmt::format("{}/{} = {:.2f} %", accuracy.correct, accuracy.total,
                     100.0 * static_cast<double>(accuracy.correct) / static_cast<double>(accuracy.total));
}

}  // namespace aie4ml::sim
