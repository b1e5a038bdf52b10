// says: integers into integer accumulators, floats into accfloat
#include <aie_api/aie.hpp>
auto product(const aie::vector<bfloat16, 16>& v) {
  return aie::mul<acc32>(v, v);
}
