#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "arch/image/image_check.hpp"

namespace aie4ml::arch {
namespace {

using Direction = PlioChannel::Direction;

// The simulator counts frequencies in whole Hertz, and no PL is clocked as slowly as this.
constexpr double kLeastClockMhz = 1;
// Of one PLIO and iteration, 1 GiB: an image asks for nothing that a simulating computer does not have.
constexpr std::int64_t kMostWords = std::int64_t{1} << 28;

class HostCheck {
 public:
  HostCheck(const Image& image, const Device& device, Problems& problems)
      : image_(image), device_(device), problems_(problems) {}

  void run() {
    std::set<std::string> names;
    for (std::size_t i = 0; i < image_.plios.size(); ++i) {
      where_ = fmt::format("plios[{}]", i);
      if (!names.insert(image_.plios[i].name).second || image_.plios[i].name.empty()) {
        report("the name '{}' is empty or used twice", image_.plios[i].name);
      }
      check_plio(image_.plios[i]);
    }
    for (std::size_t i = 0; i < image_.gmios.size(); ++i) {
      where_ = fmt::format("gmios[{}]", i);
      if (!names.insert(image_.gmios[i].name).second || image_.gmios[i].name.empty()) {
        report("the name '{}' is empty or used twice", image_.gmios[i].name);
      }
      check_gmio(image_.gmios[i]);
    }
    std::set<std::pair<std::string, Direction>> tensors;
    for (std::size_t i = 0; i < image_.ports.size(); ++i) {
      where_ = fmt::format("ports[{}]", i);
      const GraphPort& port = image_.ports[i];
      if (!tensors.emplace(port.tensor, port.direction).second || port.tensor.empty()) {
        report("the tensor name '{}' is empty or used twice", port.tensor);
      }
      check_port(port, static_cast<int>(i));
    }
  }

 private:
  template <class... Args>
  void report(fmt::format_string<Args...> format, Args&&... args) {
    problems_.push_back({where_, fmt::format(format, std::forward<Args>(args)...), ""});
  }

  void check_plio(const PlioChannel& plio) {
    const ShimFacts& shim = device_.shim;
    const bool input = plio.direction == Direction::input;
    if (!device_.is_plio_column(plio.column)) report("column {} has no PLIO", plio.column);
    if (std::find(shim.plio_bits.begin(), shim.plio_bits.end(), plio.width_bits) == shim.plio_bits.end()) {
      report("no PLIO is {} bit wide", plio.width_bits);
    }
    const double most = device_.clock.pl_max_aie_ratio * device_.clock.aie_mhz;
    if (!(plio.pl_clock_mhz > 0 && plio.pl_clock_mhz <= most)) {
      report("a PL clock of {} MHz is not above 0 and at most {} MHz", plio.pl_clock_mhz, most);
    } else if (plio.pl_clock_mhz < kLeastClockMhz) {
      report("a PL clock of {} MHz is below {} MHz", plio.pl_clock_mhz, kLeastClockMhz);
    }
    // A PLIO wider than a channel joins neighbouring ones, from a multiple of their number.
    const int channels = input ? shim.to_array_channels : shim.from_array_channels;
    const int joined = std::max(1, plio.width_bits / std::max(1, shim.plio_channel_bits));
    const int index = plio.index;
    if (index % joined != 0 || index + joined > channels) {
      report("{} bit do not fit at {} channel {}, a column has {}", plio.width_bits,
             input ? "input" : "output", index, channels);
      return;
    }
    for (int c = index; c < index + joined; ++c) {
      if (!used_.emplace(plio.direction, plio.column, c).second) {
        report("{} channel {} of column {} is used twice", input ? "input" : "output", c, plio.column);
      }
    }
    check_connected(plio);
  }

  void check_gmio(const GmioChannel& gmio) {
    const ShimFacts& shim = device_.shim;
    const bool input = gmio.direction == Direction::input;
    if (!device_.is_noc_column(gmio.column)) report("column {} has no NoC DMA", gmio.column);
    const std::vector<int>& ports = input ? shim.dma_slave_ports : shim.dma_master_ports;
    if (gmio.channel >= ports.size()) {
      report("there is no {}", to_string(gmio.id()));
      return;
    }
    // The multiplexer of a South port gives it to the PL or to the DMA.
    const int index = ports[gmio.channel];
    if (!used_.emplace(gmio.direction, gmio.column, index).second) {
      report("{} channel {} of column {} is used twice", input ? "input" : "output", index, gmio.column);
    }
    const TileImage* tile = image_.find({gmio.column, 0});
    const StreamPort port{PortSide::south, static_cast<std::uint8_t>(index)};
    if (tile == nullptr || !uses(*tile, port, gmio.direction)) {
      report("the shim switch does not connect {} of column {}", to_string(port), gmio.column);
    }
    const bool has_tasks = tile != nullptr && std::any_of(tile->channels.begin(), tile->channels.end(),
                                                          [&](const DmaChannelConfig& c) {
                                                            return c.channel == gmio.id() && !c.tasks.empty();
                                                          });
    if (!has_tasks) report("{} of column {} has no task", to_string(gmio.id()), gmio.column);
  }

  // Whether the switch takes words from the slave port (input) or gives some to the master port (output).
  static bool uses(const TileImage& tile, StreamPort port, Direction direction) {
    const auto any = [](const auto& list, const auto& meets) {
      return std::any_of(list.begin(), list.end(), meets);
    };
    if (direction == Direction::input) {
      return any(tile.connections, [&](const CircuitConnection& c) { return c.slave == port; }) ||
             any(tile.packet_slaves, [&](const PacketSlave& p) { return p.slave == port; });
    }
    return any(tile.connections, [&](const CircuitConnection& c) { return c.master == port; }) ||
           any(tile.packet_masters, [&](const PacketMaster& p) { return p.master == port; });
  }

  void check_connected(const PlioChannel& plio) {
    const StreamPort port{PortSide::south, plio.index};
    const TileImage* shim = image_.find({plio.column, 0});
    if (shim == nullptr || !uses(*shim, port, plio.direction)) {
      report("the shim switch does not connect {} of column {}", to_string(port), plio.column);
    }
  }

  void check_port(const GraphPort& port, int index) {
    if (is_float(port.type)) report("{} is no type of codes", to_string(port.type));
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    std::int64_t rows = 1;
    std::int64_t cols = 0;
    for (std::size_t d = 0; d < port.shape.size(); ++d) {
      const std::int64_t size = port.shape[d];
      if (size < 1 || size > kMost || rows > kMost / size) {
        report("shape: axis {} has size {}", d, size);
        return;
      }
      if (d + 1 < port.shape.size()) {
        rows *= size;
      } else {
        cols = size;
      }
    }
    if (port.shape.empty()) {
      report("the shape has no axis");
      return;
    }
    if (port.transposed) {
      const bool matrix = port.shape.size() >= 2 && rows == port.shape[port.shape.size() - 2];
      if (!matrix) {
        report("a transposed port has to be a single matrix");
        return;
      }
      std::swap(rows, cols);
    }
    const std::string port_where = where_;
    bool boxes_good = true;
    for (std::size_t i = 0; i < port.slices.size(); ++i) {
      where_ = fmt::format("{}.slices[{}]", port_where, i);
      boxes_good = check_slice(port, port.slices[i], index, rows, cols) && boxes_good;
    }
    where_ = port_where;
    if (boxes_good) check_cover(port, rows * cols);
  }

  // Whether the box lies in the tensor.
  bool check_slice(const GraphPort& port, const PlioSlice& s, int port_index, std::int64_t rows,
                   std::int64_t cols) {
    if (s.plio < 0 || static_cast<std::size_t>(s.plio) >= image_.host_ends()) {
      report("there is no PLIO {}", s.plio);
    } else if (image_.host_direction(static_cast<std::size_t>(s.plio)) != port.direction) {
      report("PLIO {} goes in the other direction", s.plio);
    } else if (const int owner = owners_.emplace(s.plio, port_index).first->second; owner != port_index) {
      report("PLIO {} already carries ports[{}]", s.plio, owner);
    }
    if (s.row < 0 || s.rows < 1 || std::int64_t{s.row} + s.rows > rows || s.col < 0 || s.cols < 1 ||
        std::int64_t{s.col} + s.cols > cols) {
      report("rows {}+{}, columns {}+{} are not in the tensor of {} x {}", s.row, s.rows, s.col, s.cols, rows,
             cols);
      return false;
    }
    if (s.rows_on_stream < s.rows || s.cols_on_stream < s.cols) {
      report("{} x {} on the stream is smaller than the box of {} x {}", s.rows_on_stream, s.cols_on_stream,
             s.rows, s.cols);
    }
    if (std::int64_t{s.cols_on_stream} * bytes(port.type) % 4 != 0) {
      report("a row of {} {} is no whole number of words", s.cols_on_stream, to_string(port.type));
    }
    check_size(port, s);
    return true;
  }

  // The box lies in the tensor and on the stream, or that was reported.
  void check_size(const GraphPort& port, const PlioSlice& s) {
    const std::int64_t rows = std::max(s.rows_on_stream, 0);
    const std::int64_t cols = std::max(s.cols_on_stream, 0);
    const std::int64_t elements_of_a_word = std::max<std::int64_t>(1, 4 / bytes(port.type));
    const std::int64_t words_of_an_element = std::max<std::int64_t>(1, bytes(port.type) / 4);
    std::int64_t& words = words_[s.plio];
    if (words > kMostWords) return;  // reported
    words += (rows * cols / elements_of_a_word) * words_of_an_element;
    if (words > kMostWords) {
      report("PLIO {} carries more than {} words an iteration, {} x {} {} of them here", s.plio, kMostWords,
             s.rows_on_stream, s.cols_on_stream, to_string(port.type));
    }
  }

  // Every element in exactly one box: no two boxes meet, and together they are as large as the tensor.
  void check_cover(const GraphPort& port, std::int64_t elements) {
    std::vector<PlioSlice> boxes = port.slices;
    std::sort(boxes.begin(), boxes.end(), [](const PlioSlice& a, const PlioSlice& b) {
      return std::tie(a.row, a.col) < std::tie(b.row, b.col);
    });
    std::int64_t covered = 0;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      const PlioSlice& a = boxes[i];
      covered += std::int64_t{a.rows} * a.cols;
      // Sorted by first row: those that begin below the last row of `a` cannot meet it.
      for (std::size_t k = i + 1; k < boxes.size() && boxes[k].row < a.row + a.rows; ++k) {
        const PlioSlice& b = boxes[k];
        if (a.col < b.col + b.cols && b.col < a.col + a.cols) {
          report("two slices contain element ({}, {})", b.row, std::max(a.col, b.col));
          return;
        }
      }
    }
    if (covered != elements) report("the slices cover {} of {} elements", covered, elements);
  }

  const Image& image_;
  const Device& device_;
  Problems& problems_;
  std::string where_;
  std::set<std::tuple<Direction, int, int>> used_;
  std::map<std::int32_t, int> owners_;
  std::map<std::int32_t, std::int64_t> words_;  // of an iteration, by PLIO
};

}  // namespace

void check_host(const Image& image, const Device& device, Problems& problems) {
  HostCheck(image, device, problems).run();
}

}  // namespace aie4ml::arch
