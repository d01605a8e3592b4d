// For kernels that read and write much: four numbers of memory at once.
#pragma once

namespace monge::kernels {

/// Four numbers that lie together, at a multiple of their size.
template <class T>
struct alignas(4 * sizeof(T)) Four {
  T v[4];

  static Four& at(T* p) { return *reinterpret_cast<Four*>(p); }
  static const Four& at(const T* p) { return *reinterpret_cast<const Four*>(p); }
};

}  // namespace monge::kernels
