#include "sweep/counted.h"

#include <algorithm>
#include <cmath>

namespace monge::sweep {

std::string duration_text(double seconds) {
  const auto whole = std::max(0LL, std::llround(seconds));
  const auto pair = [](long long major, const char* a, long long minor, const char* b) {
    return std::to_string(major) + a + (minor == 0 ? "" : " " + std::to_string(minor) + b);
  };
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return pair(whole / 60, " min", whole % 60, " s");
  if (whole < 86400) return pair(whole / 3600, " h", whole % 3600 / 60, " min");
  return pair(whole / 86400, " d", whole % 86400 / 3600, " h");
}

}  // namespace monge::sweep
