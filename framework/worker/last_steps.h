// The last steps at full rate, for a run that diverges: what happened on the way there.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "record/group.h"
#include "worker/row.h"

namespace monge::worker {

/// A ring of rows, nearly free to add to. It ends with the first non-finite loss: what led there is wanted,
/// however much later that is noticed.
class LastSteps {
 public:
  /// `device`: where the runs are trained, whose stream is waited for before anything is read.
  LastSteps(std::int64_t most, at::Device device) : most_(static_cast<std::size_t>(most)), device_(device) {}

  bool wanted() const { return most_ > 0; }
  /// Waits for the device once in so many steps as it keeps.
  void add(Row row);

  /// The group `last_steps`: a row a step, oldest first. Reads what has not been read yet. In a snapshot
  /// without the time, which alone would tell two equal ones apart.
  record::Group group(const train::Game& game, bool with_seconds);

  /// Which number stopped being finite first, "critic_gradient_norm = inf at step 213", in the order in which
  /// a step makes them; empty where all are. Reads as group() does.
  std::string first_non_finite(const train::Game& game);

  /// Takes over those of a snapshot, so that a run that goes on has the rows it would have had.
  void take_over(const record::Group& snapshot);

 private:
  struct Numbers {
    std::int64_t step;
    std::vector<double> values;  // in the order of record::columns()
  };
  void end_at_bad_step();
  void read(const train::Game& game);

  std::size_t most_;
  at::Device device_;
  bool ended_ = false;
  std::deque<Numbers> read_;
  std::deque<Row> unread_;  // younger than all of `read_`
};

}  // namespace monge::worker
