// PLIOs: streams between the array and the programmable logic, on the host text files.
#pragma once

#include <adf/port.hpp>
#include <aie4ml_adf/elaboration.hpp>
#include <string>
#include <utility>

namespace adf {

enum plio_type { plio_32_bits = 32, plio_64_bits = 64, plio_128_bits = 128 };

// A handle: copies mean the same PLIO. Made by default it means none.
//
// The file has integers or floats separated by blanks, any number a line; lines "TLAST" mark the value before
// which they stand... see docs/host_headers.md. A relative path counts from the directory the program runs
// in.
class input_plio {
 public:
  static constexpr const char* kWhat = "input_plio";
  input_plio() = default;
  static input_plio create(std::string name, plio_type width, std::string file,
                           aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    return input_plio(aie4ml::adf::make_plio(aie4ml::adf::PlioOrigin::file_in, std::move(name), width,
                                             std::move(file), where));
  }
  static input_plio create(plio_type width, std::string file,
                           aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    return create("", width, std::move(file), where);
  }
  // The frequency is the logic's and has no meaning on the host.
  static input_plio create(std::string name, plio_type width, std::string file, double /*megahertz*/,
                           aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    return create(std::move(name), width, std::move(file), where);
  }

 private:
  friend struct aie4ml::adf::Access;
  explicit input_plio(aie4ml::adf::PlioRecord* record) : out(record), record_(record) {}

 public:
  aie4ml::adf::PortList<aie4ml::adf::PlioRecord, direction::out> out{nullptr};

 private:
  aie4ml::adf::PlioRecord* record_{};
};

// Written to x86simulator_output/FILE, as the vendor's functional simulator does.
class output_plio {
 public:
  static constexpr const char* kWhat = "output_plio";
  output_plio() = default;
  static output_plio create(std::string name, plio_type width, std::string file,
                            aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    return output_plio(aie4ml::adf::make_plio(aie4ml::adf::PlioOrigin::file_out, std::move(name), width,
                                              std::move(file), where));
  }
  static output_plio create(plio_type width, std::string file,
                            aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    return create("", width, std::move(file), where);
  }
  static output_plio create(std::string name, plio_type width, std::string file, double /*megahertz*/,
                            aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    return create(std::move(name), width, std::move(file), where);
  }

 private:
  friend struct aie4ml::adf::Access;
  explicit output_plio(aie4ml::adf::PlioRecord* record) : in(record), record_(record) {}

 public:
  aie4ml::adf::PortList<aie4ml::adf::PlioRecord, direction::in> in{nullptr};

 private:
  aie4ml::adf::PlioRecord* record_{};
};

}  // namespace adf
