// What the bad enforcers have in common: a sound gradient penalty, of which each spoils one step.
#pragma once

#include <monge/enforcer.h>

namespace monge::bad {

struct PlainPenalty : Enforcer {
  Tensor points(const Scores& s, Draw&) const override { return s.real_x; }
  Tensor penalty(const Look& look, State&) const override { return of(norm(look.slope)); }

 protected:
  static Tensor norm(const Tensor& slope) { return (slope.flatten(1).square().sum(1) + 1e-20).sqrt(); }
  static Tensor of(const Tensor& norms) { return (norms - 1).square().mean(); }
};

}  // namespace monge::bad
