// For kernels that read and write much: several numbers of memory at once.
#pragma once

namespace monge::kernels {

/// N numbers that lie together, at a multiple of their size. A GPU moves them at once where they are copied
/// whole, not number by number.
template <class T, int N>
struct alignas(N * sizeof(T)) Numbers {
  T v[N];

  static Numbers& at(T* p) { return *reinterpret_cast<Numbers*>(p); }
  static const Numbers& at(const T* p) { return *reinterpret_cast<const Numbers*>(p); }
};

template <class T>
using Four = Numbers<T, 4>;

}  // namespace monge::kernels
