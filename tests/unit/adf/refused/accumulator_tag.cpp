// says: aie::accum<Tag, N>: Tag is none of acc32 acc40
#include <aie_api/aie.hpp>
aie::accum<int, 16> a;
