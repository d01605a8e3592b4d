// Numbers of things, and times, in sentences.
#pragma once

#include <cstddef>
#include <string>

namespace monge::sweep {

/// "1 run", "2 runs".
inline std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// "7 s", "1 min 5 s", "2 h 3 min".
std::string duration_text(double seconds);

}  // namespace monge::sweep
