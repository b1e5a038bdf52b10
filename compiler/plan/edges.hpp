// Arithmetic of edges that planner, transfers and drawing share.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// Bytes of one half of the buffer, whole words.
std::int64_t half_bytes(const Edge& edge);
// Bytes that the largest rectangle which no reader wants takes; 0: there is none.
std::int64_t dump_bytes(const Edge& edge);
// The regions of one writer (reader) in the order of its stream, as indices into Edge::regions.
std::vector<int> regions_of_writer(const Edge& edge, int writer);
std::vector<int> regions_of_reader(const Edge& edge, int reader);
// Streams have whole words: columns a PLIO carries for a slice of so many columns.
int plio_columns_on_stream(int columns, int element_bytes);
// 32-bit words on an endpoint's stream in one iteration.
std::int64_t writer_words(const Edge& edge, int writer);
std::int64_t reader_words(const Edge& edge, int reader);
// The layer that a stream is moved for, by whose name and colour it goes: -1 if both ends are PLIOs.
std::int32_t layer_of(const Edge& edge, const Endpoint& end);
std::int32_t layer_of(const Edge& edge);

}  // namespace aie4ml::compiler
