#include "compiler/place/search.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "compiler/place/board.hpp"
#include "compiler/place/constructive.hpp"
#include "compiler/place/improve.hpp"
#include "compiler/place/row_bound.hpp"

namespace aie4ml::compiler {
namespace {

constexpr std::size_t kBeamWidth = 24;

// A partial arrangement in numbers: what is placed costs `spent`, the rest at least `open` with prices.
struct Sums {
  std::int64_t spent{}, open{};
};

struct Candidate {
  std::int64_t bound{};
  BoxPosition at{};
  Sums sums{};
};

class Search {
 public:
  Search(const Site& site, std::int64_t max_states)
      : site_(site),
        bound_(site),
        max_states_(max_states),
        board_(site),
        at_(site.boxes.size()),
        segments_(static_cast<std::size_t>(site.columns) * static_cast<std::size_t>(site.rows)) {}

  SearchResult run() {
    for (auto make : {greedy_arrangement, banded_arrangement, packed_arrangement}) {
      if (auto made = make(site_)) offer(std::move(*made));
    }
    if (auto made = beam()) offer(std::move(*made));
    // Where nothing that packs found room there is hardly any: the search goes on for a while only.
    if (!best_) max_states_ /= 10;
    extend(0, {0, bound_.start()}, 0);
    if (best_ && open_bound_ < best_cost_) offer(*best_);
    SearchResult result;
    result.at = best_;
    result.states = states_;
    result.lower_bound = std::min(best_cost_, open_bound_);
    return result;
  }

 private:
  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

  void offer(std::vector<BoxPosition> at) {
    improve_arrangement(site_, at);
    const std::int64_t cost = site_.total_cost(at);
    if (cost >= best_cost_) return;
    best_cost_ = cost;
    best_ = at;
  }

  // What boxes from `first` on can pay for the free tiles, which are noted for capacity_lost().
  std::int64_t note_segments(std::size_t first, const Board& board) {
    std::int64_t capacity = 0;
    board.free_segments([&](int row, int begin, int end) {
      capacity += bound_.capacity(first, row, end - begin);
      for (int col = begin; col < end; ++col) {
        segments_[static_cast<std::size_t>(col * site_.rows + row)] = {begin, end};
      }
    });
    return capacity;
  }
  // How much less that is for the boxes after i once box i stands there.
  [[nodiscard]] std::int64_t capacity_lost(std::size_t i, BoxPosition at) const {
    const PlacementBox& box = site_.boxes[i];
    std::int64_t lost = 0;
    for (int row = at.row; row < at.row + box.height; ++row) {
      const auto [begin, end] = segments_[static_cast<std::size_t>(at.col * site_.rows + row)];
      lost += bound_.capacity(i + 1, row, end - begin) -
              bound_.capacity(i + 1, row, std::max(at.col - site_.spare - begin, 0)) -
              bound_.capacity(i + 1, row, std::max(end - (at.col + box.width + site_.spare), 0));
    }
    return lost;
  }

  // Free places of box i when those before it stand at `at`.
  std::vector<Candidate> candidates(std::size_t i, const Board& board, const std::vector<BoxPosition>& at,
                                    Sums before) {
    board.free_places(i, places_);
    if (places_.empty()) return {};
    const std::int64_t capacity = note_segments(i + 1, board);
    const bool fixed = site_.boxes[i].col && site_.boxes[i].row;  // its tiles are not free any more
    const std::int64_t subtree = bound_.subtree(i, at);
    std::vector<Candidate> found;
    found.reserve(places_.size());
    for (const BoxPosition to : places_) {
      Candidate candidate;
      candidate.at = to;
      candidate.sums.spent = before.spent + site_.box_cost(i, to, at);
      candidate.sums.open = before.open - subtree + bound_.children(i, to.row);
      const std::int64_t lost = fixed ? 0 : capacity_lost(i, to);
      candidate.bound = bound_.rounded_up(candidate.sums.spent + candidate.sums.open - (capacity - lost));
      found.push_back(candidate);
    }
    std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
      return std::tie(a.bound, a.at.col, a.at.row) < std::tie(b.bound, b.at.col, b.at.row);
    });
    return found;
  }

  // Keeps the best partial arrangements of every length.
  std::optional<std::vector<BoxPosition>> beam() {
    struct Partial {
      std::vector<BoxPosition> at;
      Sums sums;
    };
    struct Step {
      Candidate candidate;
      std::size_t from{};
    };
    std::vector<Partial> kept{{std::vector<BoxPosition>(site_.boxes.size()), {0, bound_.start()}}};
    for (std::size_t i = 0; i < site_.boxes.size(); ++i) {
      std::vector<Step> steps;
      for (std::size_t k = 0; k < kept.size(); ++k) {
        Board board(site_);
        for (std::size_t j = 0; j < i; ++j) board.put(j, kept[k].at[j]);
        std::vector<Candidate> next = candidates(i, board, kept[k].at, kept[k].sums);
        if (next.size() > kBeamWidth) next.resize(kBeamWidth);
        for (const Candidate& candidate : next) steps.push_back({candidate, k});
      }
      std::stable_sort(steps.begin(), steps.end(),
                       [](const Step& a, const Step& b) { return a.candidate.bound < b.candidate.bound; });
      if (steps.size() > kBeamWidth) steps.resize(kBeamWidth);
      std::vector<Partial> longer;
      for (const Step& step : steps) {
        longer.push_back({kept[step.from].at, step.candidate.sums});
        longer.back().at[i] = step.candidate.at;
      }
      kept = std::move(longer);
      if (kept.empty()) return std::nullopt;
    }
    return kept.front().at;  // at full length the bound is the cost
  }

  // Whether an arrangement of this bound is of use: the first that is as good as the mark, then better ones.
  [[nodiscard]] bool useful(std::int64_t bound) const {
    return found_ ? bound < best_cost_ : bound <= best_cost_;
  }

  void extend(std::size_t i, Sums sums, std::int64_t bound) {
    if (i == site_.boxes.size()) {
      found_ = true;
      best_cost_ = site_.total_cost(at_);
      best_ = at_;
      return;
    }
    if (states_ >= max_states_) {
      open_bound_ = std::min(open_bound_, bound);
      return;
    }
    ++states_;
    for (const Candidate& candidate : candidates(i, board_, at_, sums)) {
      if (!useful(candidate.bound)) break;
      at_[i] = candidate.at;
      board_.put(i, candidate.at);
      if (board_.fixed_lines_open(i + 1)) extend(i + 1, candidate.sums, candidate.bound);
      board_.take(i, candidate.at);
    }
  }

  const Site& site_;
  RowBound bound_;
  std::int64_t max_states_;
  Board board_;
  std::vector<BoxPosition> at_;
  std::vector<BoxPosition> places_;
  std::vector<std::pair<int, int>> segments_;  // [col * rows + row]: the free segment around it
  std::optional<std::vector<BoxPosition>> best_;
  std::int64_t best_cost_{kNone};
  std::int64_t open_bound_{kNone};
  bool found_{};
  std::int64_t states_{};
};

}  // namespace

SearchResult search_arrangement(const Site& site, std::int64_t max_states) {
  return Search(site, max_states).run();
}

}  // namespace aie4ml::compiler
