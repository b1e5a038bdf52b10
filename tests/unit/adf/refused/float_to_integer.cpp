// says: T is float or bfloat16, on AIE-MLv2 also float8 or bfloat8 (integers: aie::to_fixed)
#include <aie_api/aie.hpp>
auto convert(const aie::accum<accfloat, 16>& a) {
  return a.to_vector<int8>(3);
}
