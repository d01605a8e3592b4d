#include "verify/answer.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace monge::verify {

bool Finding::holds() const {
  if (expected.size() != got.size() || expected.empty()) return false;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (!(std::abs(got[i] - expected[i]) <= tolerance)) return false;  // not a number holds nothing
  }
  return true;
}

Finding exactly(std::vector<double> expected, std::vector<double> got) {
  double largest = 1;
  for (const double value : expected) largest = std::max(largest, std::abs(value));
  return {std::move(expected), std::move(got), 1e-9 * largest};
}

Finding by_chance(std::vector<double> expected, std::vector<double> got, double error) {
  return {std::move(expected), std::move(got), 4 * error, true};
}

}  // namespace monge::verify
