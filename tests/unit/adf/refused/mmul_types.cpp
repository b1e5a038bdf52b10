// says: no such pair of types on AIE-ML
#include <aie_api/aie.hpp>
aie::mmul<4, 8, 4, float, int8> multiply;
