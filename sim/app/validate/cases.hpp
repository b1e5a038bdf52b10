// Published timings of whole designs: the file that aie4ml-validate reads. Its format:
//
//   {"schema": 1, "what": free text, "metrics": {name: free text}, "cases": [
//     {"id": "network/variant", "source", "kind", "note": free text, "device": "ve2802",
//      "aie_clock_mhz": 1250, "pl_clock_mhz": 312.5, "plio_bits": 128,
//      "model": {"batch": 8, "input": "int8", "route": "memtile", "layers": [
//        {"op": "dense", "k": 64, "n": 32, "weights": "int8", "output": "int8", "bias": true, "relu": true,
//         "cas_len": 4, "cas_num": 2, "col": 7, "row": 0}]},
//      "iterations": 1, "expect": {"first_output_latency_cycles": 909}}]}
//
// Free texts, col, row, route, cas_len, cas_num and iterations (1) may be missing, anything else unknown is
// an error.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aie4ml::sim::validate {

enum class Metric {
  first_output_latency,  // AIE cycles, first beat on input PLIO 0 to first beat on output PLIO 0
  interval               // AIE cycles between ends of iterations on an output PLIO, steady state, mean
};
std::string_view to_string(Metric metric);  // "interval_cycles"

// Words of the file are kept as they are: one that the compiler cannot do fails its case, not the file.
struct CaseLayer {
  std::string op, weights, output;
  int k{}, n{};
  bool bias{}, relu{};
  std::optional<int> cas_len, cas_num, col, row;
};

struct Expectation {
  Metric metric{};
  double cycles{};  // published, above 0
};

struct Case {
  std::string id;
  std::string device;
  double aie_clock_mhz{}, pl_clock_mhz{};
  int plio_bits{};
  int batch{};
  std::string input, route;
  std::vector<CaseLayer> layers;
  int iterations{1};
  std::vector<Expectation> expect;
  // What the id names before its first '/'.
  [[nodiscard]] std::string network() const { return id.substr(0, id.find('/')); }
};

// Throws arch::InputError that names the file and the path into it.
std::vector<Case> read_cases(const std::filesystem::path& file);
// where: for messages.
std::vector<Case> parse_cases(const std::string& text, const std::string& where);

}  // namespace aie4ml::sim::validate
