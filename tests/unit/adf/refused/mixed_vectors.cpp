// says: the vectors of an operation have one type and size
#include <aie_api/aie.hpp>
auto sum(const aie::vector<int8, 32>& a, const aie::vector<int16, 32>& b) {
  return aie::add(a, b);
}
