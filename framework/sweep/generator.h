// { range = [a, b, step] }, { lin = [a, b, n] }, { log = [a, b, n] }: the values of an axis.
#pragma once

#include <vector>

#include "sweep/value.h"

namespace monge::sweep {

/// To so many significant digits.
double rounded(double number, int significant);

/// Whether a table is meant as a generator: it has a key of one.
bool is_generator(const Value& table);

/// The values, rounded to 12 significant digits so that 0.1 steps give 0.3, not 0.30000000000000004; integers
/// where all inputs are and the value is whole. `range` includes b where a step hits it. Faults go to
/// `faults`.
std::vector<Value> generate(const Value& table, Faults& faults);

}  // namespace monge::sweep
