#include "compiler/plan/hand_over.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "compiler/plan/edges.hpp"

namespace aie4ml::compiler {
namespace {

constexpr std::size_t kHalves = 2;
constexpr int kBodyPieces = 3;  // before those that let readers go: few words are left after as many cuts

int writers(const Edge& edge) {
  return static_cast<int>(edge.writers.size());
}
int readers(const Edge& edge) {
  return static_cast<int>(edge.readers.size());
}

DmaChain& chain_of(const Edge& edge, const Endpoint& end, std::vector<DmaChain>& chains) {
  const auto found = std::find_if(chains.begin(), chains.end(), [&](const DmaChain& chain) {
    return chain.tile == edge.tile && chain.channel == end.channel;
  });
  if (found == chains.end()) std::abort();  // every end of an edge has its chain
  return *found;
}

arch::LockAccess amount(arch::LockId lock, int value) {
  return {arch::LockAccess::Where::own, lock, static_cast<std::int8_t>(value), false};
}

// Calls visit(half, descriptors of it) and puts the descriptors back together.
template <class Visit>
void for_halves(DmaChain& chain, Visit visit) {
  const std::vector<arch::BufferDescriptor> all = std::exchange(chain.descriptors, {});
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / kHalves);
  for (std::size_t half = 0; half < kHalves; ++half) {
    std::vector<arch::BufferDescriptor> part(half == 0 ? all.begin() : middle,
                                             half == 0 ? middle : all.end());
    visit(half, part);
    chain.descriptors.insert(chain.descriptors.end(), part.begin(), part.end());
  }
  for (std::size_t i = 0; i < chain.descriptors.size(); ++i) {
    chain.descriptors[i].next = chain.descriptors[(i + 1) % chain.descriptors.size()].id;
  }
}

// The last step of the outermost dimension that has more than one is taken off.
std::pair<arch::BufferDescriptor, arch::BufferDescriptor> cut_in_two(const arch::BufferDescriptor& bd) {
  arch::BufferDescriptor front = bd;
  arch::BufferDescriptor back = bd;
  if (bd.dimensions.empty()) {
    back.length_words = 1;
    front.length_words = bd.length_words - 1;
    back.address_words += front.length_words;
    return {front, back};
  }
  for (std::size_t d = bd.dimensions.size(); d-- > 0;) {
    const arch::BdDimension& dimension = bd.dimensions[d];
    if (dimension.size < 2) continue;
    back.dimensions[d].size = 1;
    front.dimensions[d].size = dimension.size - 1;
    back.address_words += front.dimensions[d].size * dimension.stride_words;
    back.length_words = bd.length_words / dimension.size;
    front.length_words = bd.length_words - back.length_words;
    return {front, back};
  }
  std::abort();  // one word cannot be cut
}

}  // namespace

std::vector<arch::BufferDescriptor> cut_descriptor(const arch::BufferDescriptor& bd, int pieces) {
  std::vector<arch::BufferDescriptor> result{bd};
  result.front().acquire.reset();
  result.front().release.reset();
  while (static_cast<int>(result.size()) < pieces) {
    // The last that can be cut: short pieces at the end.
    auto last = result.end() - 1;
    while (last->length_words < 2) --last;
    const auto [front, back] = cut_in_two(*last);
    *last = front;
    result.insert(last + 1, back);
  }
  return result;
}

bool hand_over_whole(const Edge& edge, std::vector<DmaChain>& chains, BdAllocator& bds) {
  if (writers(edge) * readers(edge) == 1 || (writers(edge) > 1 && !edge.gathered)) return false;
  // Nobody's first or last descriptor moves what nobody reads: that waits for no lock.
  for (int w = 0; w < writers(edge); ++w) {
    for (const int region : regions_of_writer(edge, w)) {
      if (edge.regions[static_cast<std::size_t>(region)].reader < 0) return false;
    }
  }
  // A descriptor for both halves has locks for both halves.
  const bool both_halves = std::any_of(chains.begin(), chains.end(), [&](const DmaChain& chain) {
    return chain.tile == edge.tile &&
           std::any_of(chain.descriptors.begin(), chain.descriptors.end(),
                       [](const arch::BufferDescriptor& bd) { return bd.iteration.wrap > 1; });
  });
  if (both_halves) return false;
  const bool counted = readers(edge) == 1;  // the reader's lock counts writers
  // A stream that is held up for others must not be what these others wait for.
  const Endpoint& first = edge.writers.front();
  const bool alike = std::all_of(edge.writers.begin(), edge.writers.end(), [&](const Endpoint& writer) {
    return writer.kind == first.kind && (writer.kind == Endpoint::Kind::plio || writer.index == first.index);
  });
  if (!counted && !alike) return false;
  const int last_region = regions_of_writer(edge, writers(edge) - 1).back();
  const int last_reader = edge.regions[static_cast<std::size_t>(last_region)].reader;
  DmaChain& last_chain = chain_of(edge, edge.writers.back(), chains);
  const std::int32_t words = last_chain.descriptors.back().length_words;
  const int pieces = std::min(readers(edge) + kBodyPieces, words);
  if (!counted && (words < readers(edge) + (writers(edge) > 1 ? 1 : 0) ||
                   bds.left(edge.tile, last_chain.channel) < (pieces - 1) * static_cast<int>(kHalves))) {
    return false;
  }
  const auto full_of = [&](int reader) {
    return edge.regions[static_cast<std::size_t>(regions_of_reader(edge, reader).front())].full;
  };
  for (const Endpoint& writer : edge.writers) {
    DmaChain& chain = chain_of(edge, writer, chains);
    const bool cuts = &chain == &last_chain && !counted;
    for_halves(chain, [&](std::size_t half, std::vector<arch::BufferDescriptor>& part) {
      for (arch::BufferDescriptor& bd : part) bd.release.reset();
      if (!cuts) {
        part.back().release = amount(edge.gathered.value()[half], 1);
        return;
      }
      const arch::BufferDescriptor whole = part.back();
      part.pop_back();
      std::vector<arch::BufferDescriptor> cut = cut_descriptor(whole, pieces);
      cut.front().acquire = whole.acquire;
      std::size_t next = cut.size() - edge.readers.size();
      if (edge.gathered) cut[next].acquire = amount((*edge.gathered)[half], writers(edge) - 1);
      for (int r = 0; r < readers(edge); ++r) {
        if (r != last_reader) cut[next++].release = amount(full_of(r), 1);
      }
      cut.back().release = amount(full_of(last_reader), 1);
      for (std::size_t i = 1; i < cut.size(); ++i)
        cut[i].id = bds.take(chain.tile, chain.channel, chain.name);
      part.insert(part.end(), cut.begin(), cut.end());
    });
  }
  for (int r = 0; r < readers(edge); ++r) {
    DmaChain& chain = chain_of(edge, edge.readers[static_cast<std::size_t>(r)], chains);
    for_halves(chain, [&](std::size_t half, std::vector<arch::BufferDescriptor>& part) {
      for (arch::BufferDescriptor& bd : part) bd.acquire.reset();
      part.front().acquire =
          counted ? amount(edge.gathered.value()[half], writers(edge)) : amount(full_of(r), 1);
    });
  }
  return true;
}

}  // namespace aie4ml::compiler
