// { uniform = [a, b] }, { log_uniform = [a, b] }, { choice = [...] }: axes drawn at random.
//
// All random axes of an experiment are drawn together, [experiment] samples = N times. A draw depends on its
// axis's key, its number and samples_seed alone: another axis changes none, and more samples keep the first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sweep/value.h"

namespace monge::sweep {

struct Random {
  enum class Kind { uniform, log_uniform, choice };
  Kind kind = Kind::uniform;
  double a = 0, b = 0;              // ends, both included; of a choice: none
  std::vector<Value> choices = {};  // of a choice
  Place at = {};
};

/// Whether a table is meant as one of them.
bool is_random(const Value& table);

/// None where the table is at fault, which is then in `faults`.
std::optional<Random> read_random(const Value& table, Faults& faults);

/// A number in [0, 1): the first 52 bits of SHA-256("<samples_seed>/<key>/<sample>").
double share(std::int64_t samples_seed, const std::string& key, std::size_t sample);

/// The value at `share` of a random axis. `whole`: the axis is one of integers. Reals are rounded to four or
/// five digits of their range: labels stay short, and no machine's last bit of `exp` makes another run.
Value drawn(const Random& random, double share, bool whole);

}  // namespace monge::sweep
