// The graph side of AMD's ADF for the host: an ADF project compiles unchanged with an ordinary C++20 compiler under
// __X86SIM__ and runs natively when it is linked with aie4ml_adf. The interface is the documented one (UG1603); the
// code is our own. What is supported and what is not: docs/host_headers.md. A name that is missing here is missing on
// purpose, so that its use is a compile error.
#pragma once

#include <adf/buffer.hpp>
#include <adf/connect.hpp>
#include <adf/graph.hpp>
#include <adf/kernel.hpp>
#include <adf/location.hpp>
#include <adf/plio.hpp>
#include <adf/port.hpp>
#include <adf/shared_buffer.hpp>
#include <adf/stream.hpp>
#include <adf/tiling.hpp>
#include <adf/types.hpp>
