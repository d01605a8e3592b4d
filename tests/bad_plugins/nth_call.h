// A loss that does its mischief at the nth call of `critic`: the probes at binding pass, a step fails.
#pragma once

#include "plain_loss.h"

namespace monge::bad {

template <class T>
struct NthCall : PlainLoss {
  std::int64_t call = 8;

  static void describe(Describe<T>& d) {
    d.doc("Fails while it trains");
    d.param("call", &T::call, "the call of critic, from 1, that fails").range(1, 1e9);
  }
  Tensor critic(const Scores& s) const override {
    if (++calls_ == call) static_cast<const T*>(this)->fail();
    return PlainLoss::critic(s);
  }

 private:
  mutable std::int64_t calls_ = 0;  // against the rule for losses, which no host could forbid
};

}  // namespace monge::bad
