// One player of all runs of a pack: a row each in tensors that lie together.
#pragma once

#include <optional>

#include "kernels/optimise.h"
#include "pack/member.h"

namespace monge::pack {

/// Which player: its places in a run.
struct Player {
  train::Arena train::Progress::*arena;
  train::Moments train::Progress::*moments;
  train::OptimizerSettings train::Settings::*optimizer;
  bool averaged;  // has a moving average, where the runs want one
};

class Stack {
 public:
  /// Lays the players of `seats` out side by side.
  Stack(const train::Network& network, const std::vector<Member>& seats, Player player);
  /// Makes the run's player a view of row k, as it is: with `taken` the row's values become the run's first.
  void hand_row(const train::Network& network, std::size_t k, train::Progress& progress, bool taken);

  const std::vector<Tensor>& leaves() const { return leaves_; }    // [K, parameter...], requiring gradients
  const std::vector<Tensor>& values() const { return values_; }    // the same memory without
  const std::vector<Tensor>& buffers() const { return buffers_; }  // [K, running average...]
  const Tensor& flat() const { return flat_; }                     // [K, size]
  /// Of which the gradients [K, size] are used; of what an update has taken they have no more than the
  /// length.
  train::Moments& gradients() { return gradients_; }

  /// The host's part of the coming step: every run's learning rate.
  void plan(const std::vector<Member>& seats);
  /// Begins an update of every run, which `updates` [K] counts when something of it is done. Who makes a
  /// parameter's gradient may do its part: update_begun().
  void begin_update(const Tensor& updates);
  kernels::Update* update_begun() { return update_->is_begun() ? &*update_ : nullptr; }
  /// Does what is left of it, along the gradient.
  void end_update();
  /// [K], of the last update.
  Tensor gradient_norm() { return update_->gradient_norm(); }
  /// [K], the largest parameter of each run, by amount: what the last update left, or what is there where
  /// something else has `changed` parameters since.
  Tensor largest(bool changed) const;
  /// All that an update changes.
  std::vector<Tensor> state() const;

 private:
  Player player_;
  std::int64_t size_;
  bool by_second_;  // the optimiser of each is: kernels::by_second_alone
  Tensor flat_, flat_buffers_, first_, second_, average_;  // [K, size and up to three that are nobody's]
  train::Moments gradients_;
  Tensor steps_;  // [K], as Moments has it
  std::vector<Tensor> leaves_, values_, buffers_;
  std::vector<double> rates_;  // those in settings_
  Tensor settings_;            // kernels/optimise.h
  std::optional<kernels::Update> update_;
};

}  // namespace monge::pack
