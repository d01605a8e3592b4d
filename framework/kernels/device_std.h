// The little that kernels use of the standard library, for NVRTC: it has no headers of its own, and g++'s are
// beyond it. Given to it as <array>, <cmath> and <cstdint>, hence the guard.
#ifndef MONGE_KERNELS_DEVICE_STD_H
#define MONGE_KERNELS_DEVICE_STD_H

namespace std {

using uint8_t = unsigned char;
using uint32_t = unsigned int;
using uint64_t = unsigned long;
using int64_t = long;

using ::cos;
using ::exp;
using ::log;
using ::pow;
using ::sin;
using ::sqrt;
using ::tanh;

template <class T, size_t N>
struct array {
  T items[N];

  constexpr T& operator[](size_t i) { return items[i]; }
  constexpr const T& operator[](size_t i) const { return items[i]; }
};

}  // namespace std

#endif
