// The blocks of a device in plain numbers. What each number means is said here; where it comes from is said
// in arch/devices/*.json, whose keys have the same names.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arch/device/core_timing.hpp"
#include "arch/device/stream_ports.hpp"
#include "arch/numeric/element_type.hpp"
#include "arch/units.hpp"

namespace aie4ml::arch {

struct ClockFacts {
  double aie_mhz{};
  double pl_mhz{};            // default of the PL side of a PLIO
  double pl_max_aie_ratio{};  // PL clock may not exceed this part of the AIE clock
};

// Issue slots of a bundle. `lng` is the long-immediate form that takes alu and mv together.
enum class Slot : std::uint8_t { lda, ldb, st, alu, mv, vec, lng };
inline constexpr int kPhysicalSlots = 6;
inline constexpr int kSlotCount = 7;
std::string_view to_string(Slot slot);

// One single-issue vector multiply: acc[rows x columns] += a[rows x inner] * b[inner x columns].
struct MultiplyMode {
  ElementType a{};
  ElementType b{};
  int rows{};
  int inner{};
  int columns{};
  int accumulator_bits{};  // per lane
  int macs() const { return rows * inner * columns; }
};

// A permutation that vshuffle does: two vectors (or one, if the matrix is no larger) hold a matrix of rows x
// columns elements, row-major; the result is a half of its transpose. Behind a matrix of half a vector the
// first one stays as it is, which is assumed.
struct ShuffleMode {
  int code{};
  int element_bits{};
  int rows{};
  int columns{};
  int half{};  // 0 low, 1 high
};

struct CoreFacts {
  // VLIW
  int max_operations_per_bundle{};
  std::vector<int> bundle_bits;             // legal encoded sizes, ascending
  std::vector<int> bundle_payload_bits;     // bits of slots that each of them holds
  std::array<int, kSlotCount> slot_bits{};  // encoded width of an operation, by Slot
  Bytes program_memory;
  Bytes fetch_width;  // program memory row: branch targets and loop ends are aligned to it
  int hardware_loop_depth{};
  // registers
  int scalar_registers{};
  int pointer_registers{};
  int modifier_registers{};
  int dimension_registers{};  // each of dn, dj, dc
  int shift_registers{};
  int vector_registers_256{};  // wl/wh; a 512-bit x register is two of them
  int accumulator_registers{};
  int accumulator_register_bits{};  // of the widest accumulator: cm or dm
  int mask_registers{};
  // memory
  int load_ports{};
  int store_ports{};
  int load_bits{};        // per port and cycle
  int store_bits{};       // per port and cycle
  int conversion_bits{};  // of accumulator that one SRS or UPS converts at most
  Bytes default_stack;
  Bytes default_heap;
  std::vector<MultiplyMode> multiply;  // native modes, one issue each
  std::vector<ShuffleMode> shuffle;
  CoreTiming timing;
};

// Windows of the core's data address space: memories of the neighbours and its own.
enum class MemoryWindow : std::uint8_t { south, west, north, own };
inline constexpr int kMemoryWindowCount = 4;

struct DataMemoryFacts {
  Bytes size;
  int banks{};           // programmer's banks, contiguous
  int physical_banks{};  // single-port; each programmer's bank is an equal share of them, interleaved
  int bank_width_bits{};
  Bytes interleave;
  int conflict_cycles{};  // lost by the loser of one arbitration
  std::array<std::int64_t, kMemoryWindowCount> window_base{};
  Bytes bank_size() const { return Bytes(size.value / banks); }
  int physical_banks_per_bank() const { return physical_banks / banks; }
};

struct LockFacts {
  std::array<int, 3> count{};  // by TileKind
  int max_value{};
  int min_change{};
  int max_change{};
  int service_cycles{};  // from a request to its answer when the lock is free
  std::array<int, kMemoryWindowCount> core_window_base{};  // index of lock 0 of a neighbour, seen by a core
  std::array<int, 3> memory_tile_window_base{};            // seen by a memory-tile DMA: west, local, east
  int of(TileKind kind) const { return count[static_cast<std::size_t>(kind)]; }
};

// AIE cycles, switch hops not included.
struct DmaTiming {
  int bd_start_cycles{};    // from a task or a granted lock to the first memory access of an idle channel
  int bd_chain_cycles{};    // between the last word of a BD and the start of its successor
  int first_word_cycles{};  // MM2S: from the first memory access to the first word at the switch
  int write_cycles{};       // S2MM: from the last word at the switch to the data being in memory
  int egress_words{};       // MM2S: words that the channel holds ahead of a stalled stream
};

struct DmaFacts {
  int s2mm_channels{};
  int mm2s_channels{};
  int bds{};
  int bd_partition{};  // 0: any channel, any BD. n: even channels BD 0..n-1, odd channels BD n..2n-1
  int dimensions{};    // without the iteration dimension
  int base_bits{};     // base address field, in 32-bit words
  int length_bits{};   // transfer length field, in 32-bit words
  int step_bits{};
  std::vector<int> wrap_bits;  // per dimension from D0; the last dimension has none
  int iteration_step_bits{};
  int iteration_wrap_bits{};
  std::vector<int> padding_bits;  // per dimension from D0, empty: cannot pad
  int lock_value_bits{};
  int queue_depth{};
  int max_repeat{};
  int stream_bits{};         // per channel and cycle
  int memory_bits{};         // of one memory access
  int neighbour_channels{};  // channels from 0 that also reach the memories to the west and east
  DmaTiming timing;
  int channels(DmaDirection direction) const {
    return direction == DmaDirection::s2mm ? s2mm_channels : mm2s_channels;
  }
  int words_per_access() const { return memory_bits / stream_bits; }
  bool bd_allowed(ChannelId channel, BdId bd) const {
    if (bd.value >= bds) return false;
    return bd_partition == 0 || bd.value / bd_partition == channel.index % 2;
  }
};

struct MemoryTileFacts {
  Bytes size;
  int banks{};
  int bank_width_bits{};
  Bytes interleave;
  int read_ports_per_bank{};
  int write_ports_per_bank{};
  int access_cycles{};                        // one access, added to the DMA's first_word and write cycles
  std::array<std::int64_t, 3> window_base{};  // west, local, east as the DMA addresses them
};

struct StreamSwitchFacts {
  int word_bits{};
  // counts[kind][side], masters leave the switch, slaves enter it
  std::array<std::array<int, kPortSideCount>, 3> masters{};
  std::array<std::array<int, kPortSideCount>, 3> slaves{};
  // Latency and storage from slave to master. Local: core, DMA, ctrl, FIFO, trace; external: the four sides.
  int local_to_local_cycles{};
  int external_to_local_cycles{};
  int local_to_external_cycles{};
  int external_to_external_cycles{};
  int local_to_local_words{};
  int external_to_local_words{};
  int local_to_external_words{};
  int external_to_external_words{};
  int fifo_words{};         // of the optional stream FIFO
  int slave_port_cycles{};  // part of the above: from entering the switch to the choice of masters
  int slave_port_words{};
  int packet_id_bits{};
  int packet_arbitration_cycles{};  // from the header at the arbiter to its way on, added to the latency
  int packet_slots_per_slave{};
  int packet_arbiters{};
  int packet_msels{};    // per arbiter
  int merge_arbiters{};  // the first ones, that can merge in a fixed order
  int merge_positions{};
  int merge_count_bits{};  // of a position's number of packets
};

struct CascadeFacts {
  int width_bits{};
  int output_fifo_depth{};
  int input_fifo_depth{};
  int hop_cycles{};  // from the output FIFO of one core to the input FIFO of the next
};

struct ShimFacts {
  std::vector<int> plio_bits;  // legal PLIO widths, ascending
  int default_plio_bits{};
  int plio_channel_bits{};    // PL side of one stream; a wider PLIO joins neighbouring channels
  int to_array_channels{};    // PL -> AIE, per column
  int from_array_channels{};  // AIE -> PL, per column
  int cdc_fifo_words{};
  int cdc_cycles{};                        // AIE cycles through an empty clock-crossing FIFO
  std::vector<int> unregistered_channels;  // lack BLI registers
  std::vector<int> noc_slave_ports;        // South slaves that the NoC can use instead of the PL
  std::vector<int> noc_master_ports;       // South masters that the NoC can use instead of the PL
  std::vector<int> dma_slave_ports;        // of them, by MM2S channel, those of the DMA
  std::vector<int> dma_master_ports;       // by S2MM channel
  DmaFacts dma;
};

// DDR as the shim DMAs see it through the NoC.
struct ExternalMemoryFacts {
  double megabytes_per_second{};  // 10^6 bytes; of all channels together
  double read_latency_ns{};       // from a burst's turn to its data, its transfer not included
  double write_latency_ns{};
  Bytes burst;               // the most that one request moves
  int outstanding_bursts{};  // of one channel
};

struct GridFacts {
  int columns{};
  int shim_rows{};
  int memory_rows{};
  int core_rows{};
  std::vector<int> plio_columns;  // ascending
  std::vector<int> noc_columns;   // ascending
  int default_start_column{};     // where placement begins unless told otherwise
};

// What the tools, not the silicon, impose on a kernel.
struct KernelFacts {
  Bytes max_buffer;   // a buffer lies in one bank
  Bytes sync_buffer;  // system memory of one core
};

}  // namespace aie4ml::arch
