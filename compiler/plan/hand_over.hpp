// When a memory tile's buffer changes hands. As aie4ml's shared buffers do, an edge gives a half to its
// readers when all of its writers are done with it. Hardware allows one acquire and one release per
// descriptor, so that takes a meeting point:
//
// - one reader: each writer adds 1 to a lock of that half, the reader takes as many as there are writers;
// - several readers: each writer but the last adds 1; the last one cuts its last descriptor into pieces, of
//   which the last few are short. The first of these waits for the other writers, and each lets one reader
//   go, the one whose words they are last.
//
// The way back stays region by region: nobody writes what has not been read. So does the way there where the
// memory tile has too few descriptors or locks left, or words to be cut, and for several readers of what
// different layers write.
#pragma once

#include <vector>

#include "compiler/plan/plan.hpp"
#include "compiler/plan/transfers.hpp"

namespace aie4ml::compiler {

// Rewrites locks and cuts descriptors of the edge's chains in its memory tile, which hand over region by
// region. False: they stay so, or there is one writer and one reader and nothing to wait for.
bool hand_over_whole(const Edge& edge, std::vector<DmaChain>& chains, BdAllocator& bds);

// Cuts a descriptor into so many boxes that give the same words in the same order, the last ones short; locks
// are left out. The descriptor has as many words at least and no padding.
std::vector<arch::BufferDescriptor> cut_descriptor(const arch::BufferDescriptor& bd, int pieces);

}  // namespace aie4ml::compiler
