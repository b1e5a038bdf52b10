// says: aie::vector<T, N>: N is a power of two and the vector has at least 128 bits
#include <aie_api/aie.hpp>
aie::vector<int8, 8> v;
