// A run as a pack sees it.
#pragma once

#include <vector>

#include "train/step.h"

namespace monge::pack {

struct Member {
  const train::Game* game;
  train::Progress* progress;
};

/// A tensor's part of member k; undefined where there is none.
inline Tensor row(const Tensor& all, std::size_t k) {
  return all.defined() ? all.select(0, static_cast<std::int64_t>(k)) : all;
}

/// Makes `own`, a tensor of member k, a view of its row in `all`, whose rows are as long or longer; with
/// `taken` the row gets its values first. Nothing where there is none.
inline void hand_row(Tensor& own, const Tensor& all, std::size_t k, bool taken) {
  if (!own.defined()) return;
  const Tensor place = own.dim() == 1 ? row(all, k).narrow(0, 0, own.size(0)) : row(all, k);
  if (taken) place.copy_(own);
  own = place;
}

/// What `part` gives for each, side by side [K, ...]; undefined where it gives none.
template <class Part>
Tensor stacked(const std::vector<Member>& seats, Part part) {
  std::vector<Tensor> all;
  for (const Member& seat : seats) all.push_back(part(seat));
  return all.front().defined() ? at::stack(all) : Tensor();
}

}  // namespace monge::pack
