// AMD's AIE API as documented, on the host: kernels written for the device's compiler compile unchanged with
// g++ or clang++ (C++20) and give the device's bits. docs/host_headers.md lists what there is.
#pragma once

#include <aie_api/accum.hpp>
#include <aie_api/chess.hpp>
#include <aie_api/iterator.hpp>
#include <aie_api/memory.hpp>
#include <aie_api/modes.hpp>
#include <aie_api/types.hpp>
#include <aie_api/vector.hpp>
