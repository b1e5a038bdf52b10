// says: I16 x I16 on AIE-ML; legal: 4x4x4(acc64) 2x4x8(acc64) 4x4x8(acc64) 4x2x8(acc32)
#include <aie_api/aie.hpp>
aie::mmul<4, 2, 8, int16, int16, acc64> multiply;  // of 32 bits only
