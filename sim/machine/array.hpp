// All modules of one run, made from an image and wired to each other. Lives inside a Simulation.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/machine/machine.hpp"
#include "sim/module/core_tile.hpp"
#include "sim/module/dma_channel.hpp"
#include "sim/module/packet_switch.hpp"
#include "sim/module/plio_module.hpp"
#include "sim/module/services.hpp"
#include "sim/module/shim_channels.hpp"
#include "sim/stream/route_tracer.hpp"

namespace aie4ml::sim {

class Array final : public Services {
 public:
  // The image is valid. All arguments must outlive the array. Throws InputError for what has no model.
  Array(const arch::Device& device, const arch::Image& image,
        const std::vector<std::vector<std::uint32_t>>& plio_inputs, const RunOptions& options);

  [[nodiscard]] bool outputs_complete() const;
  [[nodiscard]] std::int64_t output_words() const;
  // The earliest fault, if the run comes to its cycle.
  [[nodiscard]] const std::optional<Fault>& fault() const;
  // Latest cycle that any unit is known to have come to, some may be ahead of the simulation.
  [[nodiscard]] std::int64_t latest() const;
  // Who waits for whom; for faults of the run as a whole.
  [[nodiscard]] Fault blocked(Fault::Kind kind, std::int64_t cycle, const std::string& what) const;
  // Ends all tracks and counts. Once, at the end of the run.
  MachineResult finish();

  [[nodiscard]] const arch::Device& device() const override { return device_; }
  [[nodiscard]] const arch::Image& image() const override { return image_; }
  [[nodiscard]] const Sharing& sharing() const override { return sharing_; }
  [[nodiscard]] const ModuleOptions& options() const override { return options_; }
  BankModule& banks(arch::TileCoord tile) override;
  LockModule& locks(arch::TileCoord tile) override;
  [[nodiscard]] BankMask contended_banks(arch::TileCoord memory, UnitId core) const override;
  [[nodiscard]] std::int64_t stop_cycle() const override;
  void first_beat(const Place& beat) override;
  void output_complete() override;
  void report(Fault::Kind kind, UnitId unit, std::int64_t cycle, const std::string& message) override;
  void warn(const std::string& message) override;

 private:
  struct Receiver {
    StreamChannel* stream{};
    int index{};
  };
  // A port as connections name it: of a tile's switch, going in or out.
  using Port = std::pair<arch::TileCoord, arch::StreamPort>;

  void add_tracks();
  void add_track(const traces::Track& track);
  void add_value_tracks();
  [[nodiscard]] std::string wait_text(const WaitCause& cause) const;
  void record_path(const std::vector<traces::PathPiece>& path);
  void make_memories_and_locks();
  void make_gmios(const std::vector<std::vector<std::uint32_t>>& inputs);
  void make_streams();
  void make_packet_switches();
  void find_partners();
  void make_cascades();
  void make_units(std::uint64_t seed, const std::vector<std::vector<std::uint32_t>>& plio_inputs);
  void make_unit(const UnitInfo& unit, const std::vector<std::vector<std::uint32_t>>& plio_inputs);
  // One for all equal programs.
  std::shared_ptr<CoreCode> code_of(const arch::Program& program);
  void make_channel(const UnitInfo& unit, UnitLog& log);
  void make_shim_channel(const UnitInfo& unit, UnitLog& log, const arch::TileImage& tile,
                         const arch::DmaChannelConfig& config);
  // Calls f(complete?, statistics) for every output of the host.
  template <class F>
  void for_each_output(F f) const {
    for (const auto& [id, sink] : plio_sinks_) f(sink->complete(), sink->statistics());
    for (const auto& gmio : gmios_) {
      if (!gmio->statistics().input) f(gmio->complete(), gmio->statistics());
    }
  }
  void make_plio(const UnitInfo& unit, UnitLog& log,
                 const std::vector<std::vector<std::uint32_t>>& plio_inputs);
  [[nodiscard]] ReceiverStorage receiver_storage(const RouteEnd& end) const;
  [[nodiscard]] UnitId unit_at(const RouteEnd& end, bool source) const;
  [[nodiscard]] Receiver receiver_at(const Port& port) const;
  [[nodiscard]] StreamChannel* source_at(const Port& port) const;
  [[nodiscard]] std::string route_name(const RouteEnd& source) const;
  void record(Fault fault, UnitId unit);
  void lock_fault(arch::TileCoord tile, int requester, int lock, const std::string& what, std::int64_t cycle);

  // The unit at the first of the host's ends in that direction.
  [[nodiscard]] UnitId first_end(arch::PlioChannel::Direction direction) const;
  [[nodiscard]] std::int64_t latest_output() const;  // cycle of the latest beat of all outputs so far
  // stop_cycle() but for faults.
  [[nodiscard]] std::int64_t last_resort() const;
  // After complete_at_ or fault_ changed.
  void update_ahead_limit();
  void collect_cores(std::int64_t end, traces::RunStatistics& statistics);
  void collect_channels(std::int64_t end, traces::RunStatistics& statistics);
  void collect_plios(std::int64_t end, MachineResult& result);
  void collect_routes(traces::RunStatistics& statistics) const;
  [[nodiscard]] std::vector<traces::PathPiece> first_output_path(
      const std::vector<traces::PlioStatistics>& ends) const;
  void collect_banks(traces::RunStatistics& statistics) const;

  const arch::Device& device_;
  const arch::Image& image_;
  int iterations_;
  std::int64_t max_cycles_;
  std::int64_t ahead_limit_{};               // first cycle that nothing is decided ahead for
  std::optional<std::int64_t> complete_at_;  // cycle of the last beat of the last output
  ModuleOptions options_;
  UnitTable units_;
  Sharing sharing_;

  std::map<arch::TileCoord, std::unique_ptr<TileMemory>> memories_;
  std::map<arch::TileCoord, std::unique_ptr<BankModule>> banks_;
  std::map<arch::TileCoord, std::unique_ptr<LockModule>> locks_;
  TileTable<BankModule*> banks_at_;  // the same, quickly found
  TileTable<LockModule*> locks_at_;
  std::vector<std::unique_ptr<StreamChannel>> streams_;
  std::map<Port, StreamChannel*> sources_;
  std::map<Port, Receiver> receivers_;
  // Of ports in packet mode: by slave the route that ends there, by master the one that starts there.
  std::map<Port, Receiver> packet_slaves_;
  std::map<Port, StreamChannel*> packet_masters_;
  std::vector<std::unique_ptr<PacketSwitch>> packet_switches_;
  std::vector<std::unique_ptr<CascadeChannel>> cascades_;
  std::map<arch::TileCoord, CascadeChannel*> cascade_in_, cascade_out_;
  std::vector<std::unique_ptr<UnitLog>> logs_;  // by unit
  std::vector<std::shared_ptr<CoreCode>> codes_;
  std::map<UnitId, std::unique_ptr<CoreTile>> cores_;
  std::map<UnitId, std::unique_ptr<DmaChannel>> channels_;
  TileTable<std::vector<DmaChannel*>> channels_at_;
  std::map<UnitId, std::unique_ptr<PlioSource>> plio_sources_;
  std::map<UnitId, std::unique_ptr<PlioSink>> plio_sinks_;
  std::unique_ptr<ExternalMemory> external_memory_;
  std::vector<std::unique_ptr<Gmio>> gmios_;  // by index into Image::gmios

  // Tracks beyond those of the units, whose ids are theirs; only with a recorder.
  std::map<LockAddress, traces::TrackId> lock_tracks_;
  std::map<arch::TileCoord, traces::TrackId> bank_tracks_;  // of bank 0, the others follow
  traces::TrackId path_track_{};

  // Units keep their histories until the first output is explained by them.
  bool keep_steps_{true};
  std::optional<Place> first_output_;

  std::optional<Fault> fault_;
  UnitId fault_unit_{kNoUnit};
  std::vector<std::string> warnings_;
};

}  // namespace aie4ml::sim
