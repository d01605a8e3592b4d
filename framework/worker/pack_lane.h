// One of the packs that are trained at the same time, each on a stream of its own: while one is at its small
// kernels, another fills the GPU.
#pragma once

#include <c10/core/StreamGuard.h>

#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "pack/pack.h"
#include "worker/session.h"

namespace monge::worker {

/// A run that is trained in a pack.
struct PackedRun {
  nlohmann::json request;
  std::size_t lane;  // its index
  std::unique_ptr<Session> session;
  bool over = false;

  pack::Member member() const { return {&session->game(), &session->progress()}; }
};

class PackLane {
 public:
  /// `stream`: none is this thread's, where there is one lane.
  explicit PackLane(std::optional<c10::Stream> stream) : stream_(stream) {}

  /// What is launched while it lives is the lane's.
  c10::OptionalStreamGuard guard() const { return c10::OptionalStreamGuard(stream_); }

  /// Puts the next step of these runs under way, all of the same number of critic updates. Runs that have a
  /// seat stay where they are; `slots` is how many there are on a GPU.
  void step(const std::vector<PackedRun*>& turn, std::size_t slots);
  /// Of the step that is under way.
  Tensor table(bool read) const { return pack_->table(read); }
  std::string graph() const { return pack_->graph(); }

  /// The runs in their seats; null: nobody's.
  const std::vector<PackedRun*>& seats() const { return seats_; }
  /// Runs that are over leave.
  void clear_seats();
  /// No pack, no seats.
  void disband();

 private:
  bool reseat(const std::vector<PackedRun*>& turn, std::size_t slots);

  std::optional<c10::Stream> stream_;
  std::optional<pack::Pack> pack_;
  std::vector<PackedRun*> seats_;
};

}  // namespace monge::worker
