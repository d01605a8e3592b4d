// The enforcers' states of all runs of a pack.
#pragma once

#include "pack/member.h"
#include "train/view.h"

namespace monge::pack {

class States {
 public:
  explicit States(const std::vector<Member>& seats);
  /// Makes the run's states views of row k, see hand_row() of member.h.
  void hand_row(std::size_t k, train::Progress& progress, bool taken);

  /// One run's progress of which these alone are there: no player.
  train::Progress seen(const train::View& view) const;
  /// In place, since the members' are views of them.
  void keep(const train::Progress& seen, const train::View& view);

  std::vector<Tensor> all() const;

 private:
  train::Progress all_;  // of which only the enforcers' states are used, each [K, ...]
};

}  // namespace monge::pack
