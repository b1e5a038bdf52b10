// says: aie::tile::cycles: a kernel run by the host's compiler has no cycles
#include <aie_api/aie.hpp>
auto now() {
  return aie::tile::current().cycles();
}
