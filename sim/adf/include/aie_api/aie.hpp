// AMD's AIE API as documented, on the host: kernels written for the device's compiler compile unchanged with
// g++ or clang++ (C++20) and give the device's bits. docs/host_headers.md lists what there is.
#pragma once

#include <aie_api/accum.hpp>
#include <aie_api/arithmetic.hpp>
#include <aie_api/compare.hpp>
#include <aie_api/compiler.hpp>
#include <aie_api/float.hpp>
#include <aie_api/iterator.hpp>
#include <aie_api/mask.hpp>
#include <aie_api/memory.hpp>
#include <aie_api/mmul.hpp>
#include <aie_api/modes.hpp>
#include <aie_api/operators.hpp>
#include <aie_api/reduce.hpp>
#include <aie_api/shuffle.hpp>
#include <aie_api/sliding_mul_ch.hpp>
#include <aie_api/types.hpp>
#include <aie_api/vector.hpp>
