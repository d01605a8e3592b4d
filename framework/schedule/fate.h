// What becomes of a run whose worker has died.
#pragma once

namespace monge::schedule {

/// saved: as it was told to, it has stopped. waits: it is not to blame, and gets another worker, where it
/// goes on from its snapshot. broken: its end. alone: one run of its pack is to blame, and alone it will be
/// seen which.
enum class Fate { saved, waits, broken, alone };

struct Deceased {
  bool begun = false;      // the worker had said that it trains the run
  bool packed = false;     // with others
  bool told = false;       // the worker ended because it was told to
  bool lost = false;       // its GPU was, or its pack's worker killed, for the first time in this run's life
  bool stopping = false;   // the sweep is
  bool seasoned = false;   // the worker had trained other runs before
  bool accusable = false;  // it is known which runs are to blame
  bool accused = false;    // this one is
};

constexpr Fate fate_of(const Deceased& run) {
  if (run.lost) return Fate::waits;
  if (run.told && (run.begun || !run.packed)) return Fate::saved;
  if (!run.begun && (run.packed || (run.seasoned && !run.stopping))) return Fate::waits;
  if (!run.packed || run.accused || run.stopping) return Fate::broken;
  return run.accusable ? Fate::waits : Fate::alone;
}

}  // namespace monge::schedule
