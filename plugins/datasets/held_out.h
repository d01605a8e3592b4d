// Which samples are held out when a data set has no test files: a share, chosen by name and not by order, so
// that samples that come or go move no other one to the other side.
#pragma once

#include <string_view>

#include "sha256.h"

namespace monge::plugins {

inline constexpr const char* kTestShareDoc =
    "share of the samples that is held out for evaluation, chosen by a hash of the name";

inline bool is_held_out(std::string_view name, double share) {
  const auto digest = Sha256().add(name).digest();
  double place = 0;  // in [0, 1)
  for (std::size_t i = 6; i > 0; --i) place = (place + digest[i - 1]) / 256;
  return place < share;
}

}  // namespace monge::plugins
