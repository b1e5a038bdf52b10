// says: sliding_mul
#include <aie_api/aie.hpp>
auto multiply(const aie::vector<int16, 32>& v) {
  return aie::sliding_mul<8, 4>(v, 0, v, 0);
}
