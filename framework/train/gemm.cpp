#include "train/gemm.h"

#include <dlfcn.h>

namespace monge::train {
namespace {

constexpr std::int64_t kThin = 4;  // units of a side

// Of oneDNN's C interface, which is the same in its versions 2 and 3 (dnnl.h).
using Sgemm = int (*)(char, char, std::int64_t, std::int64_t, std::int64_t, float, const float*, std::int64_t,
                      const float*, std::int64_t, float, float*, std::int64_t);
struct Version {
  int major, minor, patch;
};

struct OneDnn {
  Sgemm sgemm = nullptr;
  std::string name = "LibTorch";

  // LibTorch has a oneDNN of its own inside, some of whose functions would take the place of this one's but
  // for RTLD_DEEPBIND, which AddressSanitizer forbids.
  OneDnn() {
#ifndef __SANITIZE_ADDRESS__
    for (const char* file : {"libdnnl.so.3", "libdnnl.so.2"}) {
      void* library = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
      if (library == nullptr) continue;
      sgemm = reinterpret_cast<Sgemm>(dlsym(library, "dnnl_sgemm"));                                // NOLINT
      const auto version = reinterpret_cast<const Version* (*)()>(dlsym(library, "dnnl_version"));  // NOLINT
      if (sgemm == nullptr || version == nullptr) continue;
      name = "oneDNN " + std::to_string(version()->major) + "." + std::to_string(version()->minor) + "." +
             std::to_string(version()->patch);
      return;
    }
    sgemm = nullptr;
#endif
  }
};

const OneDnn& one_dnn() {
  static const OneDnn opened;
  return opened;
}

// How sgemm reads a matrix: by rows, or transposed, with the distance of two rows. Zero: neither.
struct Rows {
  char transposed;
  std::int64_t distance;

  explicit Rows(const Tensor& m)
      : transposed(m.stride(1) == 1 ? 'N' : 'T'),
        distance(m.stride(1) == 1   ? m.stride(0)
                 : m.stride(0) == 1 ? m.stride(1)
                                    : 0) {
    if (distance < m.size(transposed == 'N' ? 1 : 0)) distance = 0;
  }
};

// Whether oneDNN took it.
bool sgemm(const Tensor& a, const Tensor& b, float beta, const Tensor& c) {
  if (one_dnn().sgemm == nullptr || a.scalar_type() != at::kFloat || !a.is_cpu()) return false;
  const Rows of_a(a), of_b(b), of_c(c);
  if (of_a.distance == 0 || of_b.distance == 0 || of_c.distance == 0 || of_c.transposed != 'N') return false;
  return one_dnn().sgemm(of_a.transposed, of_b.transposed, c.size(0), c.size(1), a.size(1), 1.0F,
                         a.const_data_ptr<float>(), of_a.distance, b.const_data_ptr<float>(), of_b.distance,
                         beta, c.mutable_data_ptr<float>(), of_c.distance) == 0;
}

// c = beta c + a b.
void multiply(const Tensor& a, const Tensor& b, float beta, const Tensor& c) {
  if (b.size(1) <= kThin && a.size(1) > kThin) {
    for (std::int64_t i = 0; i < b.size(1); ++i) c.select(1, i).addmv_(a, b.select(1, i), beta, 1);
  } else if (a.size(0) <= kThin && a.size(1) > kThin) {
    for (std::int64_t i = 0; i < a.size(0); ++i) c[i].addmv_(b.t(), a[i], beta, 1);
  } else if (!sgemm(a, b, beta, c)) {
    c.addmm_(a, b, beta, 1);
  }
}

}  // namespace

std::string product_library() { return one_dnn().name; }

Tensor product(const Tensor& a, const Tensor& b) {
  auto c = at::empty({a.size(0), b.size(1)}, a.options());
  multiply(a, b, 0, c);
  return c;
}

void add_product(const Tensor& a, const Tensor& b, const Tensor& c) { multiply(a, b, 1, c); }

}  // namespace monge::train
