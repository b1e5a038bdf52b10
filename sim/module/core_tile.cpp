#include "sim/module/core_tile.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/check.hpp"
#include "sim/kernel/fresh_stack.hpp"
#include "sim/kernel/kernel_time.hpp"
#include "sim/module/dma_channel.hpp"
#include "sim/module/unwritten.hpp"

namespace aie4ml::sim {
namespace {

// A core that needs nobody comes back to the kernel after so many cycles, so that limits of the run can act.
constexpr std::int64_t kRunAheadCycles = 1 << 16;

CoreOptions core_options(const ModuleOptions& run) {
  CoreOptions options{.strict = run.strict, .tapes = run.tapes};
  options.tapes.play = options.tapes.play && run.run_ahead;
  return options;
}

}  // namespace

CoreTile::CoreTile(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
                   std::shared_ptr<CoreCode> code, CascadeChannel* cascade_in, CascadeChannel* cascade_out,
                   const CoreStreams::Ends& streams)
    : sc_module(name),
      services_(services),
      log_(log),
      program_(program_of(*code)),
      cascade_in_(cascade_in),
      cascade_out_(cascade_out),
      streams_(streams),
      physical_banks_(services.device().data_memory.physical_banks),
      declared_windows_(services.sharing().windows(log.unit().id)),
      ticket_(log.unit().id * kTicketsPerUnit) {
  connect_memories();
  CoreMemories memories{};
  for (std::size_t w = 0; w < ports_.size(); ++w) {
    if (ports_[w].module != nullptr) memories[w] = &ports_[w].module->memory();
  }
  engine_ = std::make_unique<CoreEngine>(services_.device(), std::move(code), memories,
                                         core_options(services_.options()));
  engine_->set_region_listener([this](std::int32_t /*from*/, std::int32_t to, std::int64_t cycles) {
    enter_region(to, call_begin_ + cycles);
  });
  engine_->set_unwritten_listener([this](const UnwrittenRead& read) {
    return warn_unwritten(services_, log_.unit(), ports_[static_cast<std::size_t>(read.window)].tile,
                          read.address, read.size);
  });
  if (traces::Recorder* recorder = services_.options().recorder) name_events(*recorder);
  SC_THREAD(main);
}

void CoreTile::name_events(traces::Recorder& recorder) {
  for (const arch::Bundle& bundle : program_.bundles) {
    for (const arch::Instruction& op : bundle.ops) {
      if (op.op != arch::Opcode::event || event_names_.contains(op.imm)) continue;
      event_names_[op.imm] = recorder.intern(fmt::format("event {}", op.imm));
    }
  }
  engine_->set_event_listener([this](std::int32_t id, std::int64_t cycles) {
    log_.instant(event_names_.at(id), call_begin_ + cycles);
  });
}

void CoreTile::connect_memories() {
  for (int w = 0; w < arch::kMemoryWindowCount; ++w) {
    const auto window = static_cast<arch::MemoryWindow>(w);
    const auto tile = services_.device().window_tile(log_.unit().tile, window);
    if (!tile) continue;
    Port& port = ports_[static_cast<std::size_t>(w)];
    port.core = this;
    port.window = window;
    port.declared = !services_.options().run_ahead || (declared_windows_ >> w & 1U) != 0;
    port.module = &services_.banks(*tile);
    port.tile = *tile;
    port.module->connect(core_bank_slot(services_.device(), window), port);
  }
}

BankModule* CoreTile::memory(arch::MemoryWindow window) const {
  return ports_[static_cast<std::size_t>(window)].module;
}

void CoreTile::main() {
  fresh_stack();
  while (!failed_) {
    if (time_ >= services_.stop_cycle()) wait_until(time_, Phase::requests);
    if (--calls_to_refresh_ <= 0) refresh_contention();
    call_begin_ = time_;
    const auto ran = engine_->run(services_.options().run_ahead ? most_cycles_ahead() : 1);
    time_ += ran.cycles;
    tell_arbiters(ran.own_banks);
    log_.lost(traces::StallReason::bank, ran.own_bank_stalls);
    log_.reached(time_);
    switch (ran.stop) {
      case Stop::budget:
        wait_until(time_, Phase::requests);
        break;
      case Stop::banks:
        arbitrate();
        break;
      case Stop::interaction:
        interact();
        break;
      case Stop::finished:
        log_.finished(time_);
        ended_ = true;
        settle_memories();
        return;
      case Stop::fault:
        break;
    }
    if (engine_->fault()) fail(engine_->fault()->message);
  }
}

std::int64_t CoreTile::most_cycles_ahead() const {
  return std::clamp<std::int64_t>(services_.stop_cycle() - time_, 1, kRunAheadCycles);
}

void CoreTile::interact() {
  const Interaction interaction = engine_->interaction();
  settle_memories();
  if (interaction.cascade_read || interaction.cascade_write) wait_cascades(interaction);
  if (!failed_ && (interaction.stream_read || interaction.stream_write)) wait_streams(interaction);
  if (failed_) return;
  call_begin_ = time_;
  const std::int64_t issued = time_;
  const Stop stop = engine_->issue(interaction.cascade_read ? &word_in_ : nullptr,
                                   interaction.cascade_write ? &word_out_ : nullptr,
                                   interaction.stream_read ? std::optional(streams_.front()) : std::nullopt);
  ++time_;
  if (stop == Stop::fault) return;
  if (interaction.cascade_read) cascade_in_->pop(issued, log_);
  if (interaction.cascade_write) cascade_out_->push(word_out_, issued, log_);
  if (interaction.stream_read) streams_.pop(issued, log_);
  if (interaction.stream_write) streams_.push(*interaction.stream_write, issued, log_);
  if (interaction.lock) wait_lock(*interaction.lock);
}

// Issued in the cycle before time_. The core stalls whatever the answer, and longer if it has to wait for it.
void CoreTile::wait_lock(const LockRequest& request) {
  const auto lock = core_lock(services_.device(), log_.unit().tile, request.index);
  if (!lock) {
    fail(fmt::format("lock index {} belongs to no tile", request.index));
    return;
  }
  // An acquire asks for at least k with -k, for exactly k with k (AM020, RT).
  const LockOperation operation{.acquire = request.acquire,
                                .lock = lock->lock,
                                .amount = request.acquire ? std::abs(request.amount) : request.amount,
                                .equal = request.acquire && request.amount >= 0};
  const WaitCause cause{.reason = traces::StallReason::lock,
                        .what = WaitCause::What::lock,
                        .lock = *lock,
                        .operation = operation};
  calls_to_refresh_ = 0;
  stretch_end_.reset();
  const std::int64_t issued = time_ - 1;
  services_.locks(lock->tile).post(ticket_, operation, issued, log_.step());
  const arch::CoreTiming& timing = services_.device().core.timing;
  resume_ = issued + timing.lock_resume_cycle - timing.lock_stall_cycle + 1;
  {
    const WaitScope scope(log_, cause, time_);
    LockModule::wait_answer(ticket_);
  }
  // APPROX: a late answer resumes the core at once; how long the pipeline takes to start again is not
  // documented.
  const std::int64_t resume = std::max(resume_, ticket_.answer_cycle);
  log_.waited(cause, time_, std::max(time_, resume),
              ticket_.answer_cycle > resume_ ? ticket_.ending() : Ending{});
  time_ = std::max(time_, resume);
  if (engine_->stretch()) stretch_end_ = time_ + engine_->stretch()->bundles;
}

void CoreTile::wait_cascades(const Interaction& interaction) {
  std::int64_t ready = time_;
  WaitCause cause{.reason = traces::StallReason::cascade};
  Ending ending;
  if (interaction.cascade_read) {
    if (cascade_in_ == nullptr) {
      fail("reads the cascade, which no neighbour writes");
      return;
    }
    const std::int64_t available = cascade_in_->wait_available(log_, time_);
    if (available > ready) {
      ready = available;
      cause.what = WaitCause::What::cascade_word;
      ending = cascade_in_->why_available();
    }
    word_in_ = cascade_in_->front();
  }
  if (interaction.cascade_write) {
    if (cascade_out_ == nullptr) {
      fail("writes the cascade, which no neighbour reads");
      return;
    }
    const std::int64_t space = cascade_out_->wait_space(log_, time_);
    if (space > ready) {
      ready = space;
      cause.what = WaitCause::What::cascade_room;
      ending = cascade_out_->why_space();
    }
  }
  log_.waited(cause, time_, ready, ending);
  time_ = ready;
}

void CoreTile::wait_streams(const Interaction& interaction) {
  std::int64_t ready = time_;
  WaitCause cause{.reason = traces::StallReason::stream};
  Ending ending;
  if (interaction.stream_read) {
    if (!streams_.can_read()) {
      fail("reads a stream, which no route brings");
      return;
    }
    const std::int64_t arrival = streams_.wait_word(log_, time_);
    if (arrival > ready) {
      ready = arrival;
      cause.what = WaitCause::What::words;
      cause.link = streams_.link_in();
      ending = streams_.why_word();
    }
  }
  if (interaction.stream_write) {
    if (!streams_.can_write()) {
      fail("writes a stream, which no route takes");
      return;
    }
    const std::int64_t room = streams_.wait_room(log_, time_);
    if (room > ready) {
      ready = room;
      cause.what = WaitCause::What::room;
      cause.link = streams_.link_out();
      ending = streams_.why_room();
    }
  }
  log_.waited(cause, time_, ready, ending);
  time_ = ready;
}

void CoreTile::fail(const std::string& what) {
  failed_ = true;
  services_.report(Fault::Kind::core, log_.unit().id, time_, log_.unit().name + ": " + what);
  log_.finished(time_);
}

void CoreTile::enter_region(std::int32_t to, std::int64_t cycle) {
  const auto is_kernel = [this](std::int32_t region) {
    return region >= 0 && program_.regions[static_cast<std::size_t>(region)].layer >= 0;
  };
  if (is_kernel(to) && !is_kernel(region_)) {
    ++kernel_calls_;
    kernel_begin_ = cycle;
  } else if (!is_kernel(to) && is_kernel(region_)) {
    kernel_cycles_ += cycle - kernel_begin_;
  }
  region_ = to;
  if (to >= 0) {
    log_.begin_work(to, cycle);
  } else {
    log_.end_work(cycle);
  }
}

std::int64_t CoreTile::kernel_cycles(std::int64_t end) const {
  const bool running = region_ >= 0 && program_.regions[static_cast<std::size_t>(region_)].layer >= 0;
  return kernel_cycles_ + (running ? std::max<std::int64_t>(0, end - kernel_begin_) : 0);
}

}  // namespace aie4ml::sim
