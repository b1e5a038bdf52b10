// says: no such shape or accumulator for I8 x I8 on AIE-ML; legal: 4x8x8(acc32) 2x8x8(acc32)
#include <aie_api/aie.hpp>
aie::mmul<3, 8, 8, int8, int8> multiply;
