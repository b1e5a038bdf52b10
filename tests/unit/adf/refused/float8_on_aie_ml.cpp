// says: float8
#include <aie_api/aie.hpp>
aie::vector<float8, 32> v;
