#include "compiler/place/improve.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "compiler/place/board.hpp"

namespace aie4ml::compiler {
namespace {

constexpr int kMaxRounds = 20;

class Improvement {
 public:
  Improvement(const Site& site, std::vector<BoxPosition>& at)
      : site_(site), at_(at), board_(site), readers_(site.boxes.size()) {
    for (std::size_t i = 0; i < site.boxes.size(); ++i) {
      board_.put(i, at_[i]);
      for (const BoxEdge edge : site.boxes[i].inputs) {
        if (edge.producer != kOutside) readers_[static_cast<std::size_t>(edge.producer)].push_back(i);
      }
    }
  }

  void run() {
    for (int round = 0; round < kMaxRounds; ++round) {
      bool better = false;
      // Backwards, so that a row of boxes can give way one after the other.
      for (std::size_t i = site_.boxes.size(); i-- > 0;) better |= move(i);
      for (std::size_t i = 0; i < site_.boxes.size(); ++i) {
        for (std::size_t j = i + 1; j < site_.boxes.size(); ++j) better |= exchange(i, j);
      }
      if (!better) return;
    }
  }

 private:
  // Of the boxes whose cost depends on where these stand.
  [[nodiscard]] std::int64_t cost_around(std::initializer_list<std::size_t> moved) {
    affected_.assign(moved);
    for (const std::size_t i : moved) {
      affected_.insert(affected_.end(), readers_[i].begin(), readers_[i].end());
    }
    std::sort(affected_.begin(), affected_.end());
    affected_.erase(std::unique(affected_.begin(), affected_.end()), affected_.end());
    std::int64_t sum = 0;
    for (const std::size_t i : affected_) sum += site_.box_cost(i, at_[i], at_);
    return sum;
  }

  bool move(std::size_t i) {
    const BoxPosition before = at_[i];
    std::int64_t best_cost = cost_around({i});
    BoxPosition best = before;
    board_.take(i, before);
    board_.free_places(i, places_);
    for (const BoxPosition to : places_) {
      at_[i] = to;
      const std::int64_t cost = cost_around({i});
      if (cost >= best_cost) continue;
      best_cost = cost;
      best = to;
    }
    at_[i] = best;
    board_.put(i, best);
    return !(best == before);
  }

  bool exchange(std::size_t i, std::size_t j) {
    const PlacementBox& a = site_.boxes[i];
    const PlacementBox& b = site_.boxes[j];
    if (a.width != b.width || a.height != b.height || a.col || a.row || b.col || b.row) return false;
    const std::int64_t before = cost_around({i, j});
    std::swap(at_[i], at_[j]);
    if (cost_around({i, j}) < before) return true;
    std::swap(at_[i], at_[j]);
    return false;
  }

  const Site& site_;
  std::vector<BoxPosition>& at_;
  Board board_;
  std::vector<std::vector<std::size_t>> readers_;
  std::vector<BoxPosition> places_;
  std::vector<std::size_t> affected_;
};

}  // namespace

void improve_arrangement(const Site& site, std::vector<BoxPosition>& at) {
  Improvement(site, at).run();
}

}  // namespace aie4ml::compiler
