// Graphs, and what the host does with one.
#pragma once

#include <adf/port.hpp>
#include <adf/types.hpp>
#include <aie4ml_adf/elaboration.hpp>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace aie4ml::adf {

GraphRecord* make_graph(Where where);
void init_graph(GraphRecord* graph, Where where);
void run_graph(GraphRecord* graph, std::int64_t iterations, Where where);  // negative: until the inputs end
void wait_for_graph(GraphRecord* graph, Where where);
void end_graph(GraphRecord* graph, Where where);
void update_parameter(GraphRecord* graph, PortRecord* port, Element element, const void* values,
                      std::size_t count, Where where);
void read_parameter(GraphRecord* graph, PortRecord* port, Element element, void* values, std::size_t count,
                    Where where);

}  // namespace aie4ml::adf

namespace adf {

// Base class of graphs; members may be graphs again. The host calls init(), update(), run() and end() of the
// outermost one only.
class graph {
 public:
  graph(aie4ml::adf::Where where = aie4ml::adf::Where::current()) : record_(aie4ml::adf::make_graph(where)) {}
  graph(const graph&) = delete;
  graph& operator=(const graph&) = delete;
  virtual ~graph() = default;

  // Checks the whole graph, constructs the kernels' objects and opens the PLIOs' files. Exit code 2 and one
  // line if something is wrong.
  void init(aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    aie4ml::adf::init_graph(record_, where);
  }

  // Runs so many iterations; returns when all are done, or cannot go on before update() is called. Exit code
  // 3 and the waits of every kernel if they cannot go on at all. The environment variable
  // AIE4ML_ADF_ITERATIONS replaces the number.
  void run(int iterations, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    aie4ml::adf::run_graph(record_, iterations, where);
  }
  // As many as the input files have.
  void run(aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    aie4ml::adf::run_graph(record_, -1, where);
  }
  void wait(aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    aie4ml::adf::wait_for_graph(record_, where);
  }
  // Waits, and completes the output files.
  void end(aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    aie4ml::adf::end_graph(record_, where);
  }

  // A run-time parameter: a value, or all elements of an array. Of a port that is not async() every call of
  // the kernel takes one update.
  template <class T>
  void update(const input_port& p, T value,
              aie4ml::adf::Where where = aie4ml::adf::Where::current()) requires std::is_arithmetic_v<T> {
    aie4ml::adf::update_parameter(record_, aie4ml::adf::Access::record(p), aie4ml::adf::element_of<T>(),
                                  &value, 1, where);
  }
  template <class T>
  void update(const input_port& p, const T* values, std::size_t count,
              aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    aie4ml::adf::update_parameter(record_, aie4ml::adf::Access::record(p), aie4ml::adf::element_of<T>(),
                                  values, count, where);
  }
  // What the last call of the kernel left in an inout parameter.
  template <class T>
  void read(const inout_port& p, T& value,
            aie4ml::adf::Where where = aie4ml::adf::Where::current()) requires std::is_arithmetic_v<T> {
    aie4ml::adf::read_parameter(record_, aie4ml::adf::Access::record(p), aie4ml::adf::element_of<T>(), &value,
                                1, where);
  }
  template <class T>
  void read(const inout_port& p, T* values, std::size_t count,
            aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    aie4ml::adf::read_parameter(record_, aie4ml::adf::Access::record(p), aie4ml::adf::element_of<T>(), values,
                                count, where);
  }

 private:
  aie4ml::adf::GraphRecord* record_;
};

}  // namespace adf
