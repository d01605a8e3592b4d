// One value against what its parameter allows.
#pragma once

#include <optional>
#include <string>

#include "sweep/catalogue.h"
#include "sweep/value.h"

namespace monge::sweep {

/// The value in its canonical form (a real is always a double, -0 is 0), or none with the sentence about what
/// is wrong: "'margin' must lie in [0, 10], got -1".
struct Checked {
  std::optional<Json> value;
  std::string fault;
};
Checked check(const Parameter& parameter, const Value& value);

/// A bound just under an integer stands for that integer, excluded (see settings.cpp).
struct UpperBound {
  double number = 0;
  bool open = false;
};
UpperBound upper_bound(double max);

/// A default in the same canonical form: describe children may write 10 for 10.0.
Json canonical_default(const Parameter& parameter);

}  // namespace monge::sweep
