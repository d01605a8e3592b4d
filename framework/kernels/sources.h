// The text that NVRTC reads, embedded by CMakeLists.txt.
#pragma once

#include <vector>

namespace monge::kernels {

struct Source {
  const char *name, *text;  // the name by which the others include it
};

/// The programs, each.cu and product.cu, and the headers they include.
const std::vector<Source>& sources();

}  // namespace monge::kernels
