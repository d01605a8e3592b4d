// A true access of memory that is not there; the compiler must not see that it is.
#pragma once

#include <cstdint>

namespace monge::bad {

inline void crash() {
  volatile std::uintptr_t address = 64;
  *reinterpret_cast<volatile int*>(address) = 1;  // NOLINT: SIGSEGV is its point
}

}  // namespace monge::bad
