// The square images that a convolutional network is made for.
#pragma once

#include <monge/architecture.h>
#include <monge/error.h>

#include <algorithm>
#include <string>
#include <vector>

namespace monge::plugins {

/// The side S of samples [1 or 3, S, S] with S one of `sides`; throws for others.
inline std::int64_t image_side(const Problem& problem, const std::string& architecture,
                               const std::vector<std::int64_t>& sides) {
  const Shape& s = problem.sample;
  const bool square = s.size() == 3 && s[1] == s[2] && (s[0] == 1 || s[0] == 3);
  if (square && std::find(sides.begin(), sides.end(), s[1]) != sides.end()) return s[1];
  std::string got, allowed;
  for (const auto extent : s) got += (got.empty() ? "" : ", ") + std::to_string(extent);
  for (const auto side : sides) {
    allowed += (allowed.empty() ? "" : side == sides.back() ? " or " : ", ") + std::to_string(side);
  }
  throw Error(Exit::experiment,
              "architecture '" + architecture + "': samples must be [1 or 3, S, S] with S = " + allowed +
                  " pixels, got [" + got + "]; use architecture 'mlp' or a dataset of such images");
}

}  // namespace monge::plugins
