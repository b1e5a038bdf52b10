// says: aie::vector<T, N>: T is none of int4 uint4 int8
#include <aie_api/aie.hpp>
aie::vector<double, 4> v;
