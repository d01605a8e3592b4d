// What the bad losses have in common: they would train, if they were let.
#pragma once

#include <monge/loss.h>

namespace monge::bad {

struct PlainLoss : Loss {
  Tensor critic(const Scores& s) const override { return (s.fake - s.real).mean(); }
  Tensor generator(const Scores& s) const override { return -s.fake.mean(); }
};

}  // namespace monge::bad
