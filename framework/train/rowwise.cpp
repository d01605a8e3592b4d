#include "train/rowwise.h"

namespace monge::train {
namespace {

// One binary for every x86-64: the widest version that the processor knows is chosen when it is loaded.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define MONGE_WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MONGE_WIDE
#endif

MONGE_WIDE void add_and_activate(float* x, const float* bias, float slope, std::int64_t rows,
                                 std::int64_t n) {
  for (std::int64_t r = 0; r < rows; ++r, x += n) {
    for (std::int64_t i = 0; i < n; ++i) {
      const float y = x[i] + bias[i];
      x[i] = y > 0 ? y : y * slope;
    }
  }
}

MONGE_WIDE void mask(float* signal, const float* activation, float slope, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) signal[i] = activation[i] > 0 ? signal[i] : signal[i] * slope;
}

bool plain(const Tensor& x) { return x.is_cpu() && x.scalar_type() == at::kFloat; }

}  // namespace

void add_and_activate(Tensor& x, const Tensor& bias, double slope) {
  if (plain(x) && bias.defined() && x.is_contiguous() && x.dim() == 2) {
    return add_and_activate(x.mutable_data_ptr<float>(), bias.const_data_ptr<float>(),
                            static_cast<float>(slope), x.size(0), x.size(1));
  }
  if (bias.defined()) x.add_(bias);
  if (slope == 0) {
    x.relu_();
  } else if (slope != 1) {
    at::leaky_relu_(x, slope);
  }
}

void mask(Tensor& signal, const Tensor& activation, double slope) {
  if (slope == 1) return;
  if (plain(signal) && signal.is_non_overlapping_and_dense() && signal.strides() == activation.strides()) {
    return mask(signal.mutable_data_ptr<float>(), activation.const_data_ptr<float>(),
                static_cast<float>(slope), signal.numel());
  }
  signal = slope == 0 ? at::threshold_backward(signal, activation, 0)
                      : at::leaky_relu_backward(signal, activation, slope, /*self_is_result=*/true);
}

}  // namespace monge::train
