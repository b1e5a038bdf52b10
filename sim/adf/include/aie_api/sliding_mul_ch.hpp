// Sliding multiplies with channels side by side, as depthwise convolutions use them.
#pragma once

#include <aie_api/multiply.hpp>

namespace aie {

// Lane (o, c), c fastest, adds over the points p: coeff(coeff_start + p * CoeffStep, c) times
// data(data_start + p * DataStepX + o * DataStepY, c), both vectors being points of Channels elements. Starts
// and steps count points; one that leaves its vector is a KernelFault.
template <unsigned Outputs, unsigned Channels, unsigned Points, unsigned CoeffStep = 1,
          unsigned DataStepX = 1, unsigned DataStepY = DataStepX, class CoeffType = int8,
          class DataType = CoeffType, class AccumTag = accauto>
struct sliding_mul_ch_ops {
  static_assert(sizeof(CoeffType) == 1 && sizeof(DataType) == 1 && !aie4ml::adf::detail::is_packed<CoeffType>,
                "aie::sliding_mul_ch_ops: coefficients and data are integers of 8 bits");
  static_assert(std::is_same_v<AccumTag, accauto> || std::is_same_v<AccumTag, acc32>,
                "aie::sliding_mul_ch_ops: the accumulator is acc32");

  static constexpr unsigned outputs = Outputs;
  static constexpr unsigned channels = Channels;
  static constexpr unsigned points = Points;
  static constexpr unsigned lanes = Outputs * Channels;
  using accum_type = accum<acc32, lanes>;

  template <unsigned C, unsigned D>
  static accum_type mac(const accum_type& acc, const vector<CoeffType, C>& coeff, unsigned coeff_start,
                        const vector<DataType, D>& data, unsigned data_start) {
    return add<false>(acc, coeff, coeff_start, data, data_start);
  }
  template <unsigned C, unsigned D>
  static accum_type msc(const accum_type& acc, const vector<CoeffType, C>& coeff, unsigned coeff_start,
                        const vector<DataType, D>& data, unsigned data_start) {
    return add<true>(acc, coeff, coeff_start, data, data_start);
  }
  template <unsigned C, unsigned D>
  static accum_type mul(const vector<CoeffType, C>& coeff, unsigned coeff_start,
                        const vector<DataType, D>& data, unsigned data_start) {
    return mac({}, coeff, coeff_start, data, data_start);
  }
  template <unsigned C, unsigned D>
  static accum_type negmul(const vector<CoeffType, C>& coeff, unsigned coeff_start,
                           const vector<DataType, D>& data, unsigned data_start) {
    return msc({}, coeff, coeff_start, data, data_start);
  }

 private:
  template <bool subtract, unsigned C, unsigned D>
  static accum_type add(accum_type acc, const vector<CoeffType, C>& coeff, unsigned coeff_start,
                        const vector<DataType, D>& data, unsigned data_start) {
    aie4ml::adf::detail::Lanes<CoeffType, lanes> a;
    aie4ml::adf::detail::Lanes<DataType, lanes> b;
    for (unsigned point = 0; point < Points; ++point) {
      for (unsigned lane = 0; lane < lanes; ++lane) {
        const unsigned output = lane / Channels;
        const unsigned channel = lane % Channels;
        a.set(lane, coeff.get((coeff_start + point * CoeffStep) * Channels + channel));
        b.set(lane, data.get((data_start + point * DataStepX + output * DataStepY) * Channels + channel));
      }
      aie4ml::adf::detail::multiply_add_lanes<subtract>(acc, a, b);
    }
    return acc;
  }
};

}  // namespace aie
