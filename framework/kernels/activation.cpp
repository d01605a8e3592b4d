#include "kernels/activation.h"

#include <ATen/Dispatch.h>

#include "kernels/run.h"

namespace monge::kernels {

void activate(const Tensor& x, const Tensor& bias, Activation activation, const Tensor& out) {
  TORCH_CHECK(!bias.defined() || (bias.dim() == 2 && bias.size(0) == x.size(0) &&
                                  bias.size(1) == x.size(-1) && (bias.size(1) == 1 || bias.stride(1) == 1) &&
                                  bias.device() == x.device() && bias.scalar_type() == x.scalar_type()),
              "activate: x [K, ..., width], bias [K, width]");
  TORCH_CHECK(out.numel() == x.numel() && out.size(0) == x.size(0) && out.device() == x.device() &&
                  out.scalar_type() == x.scalar_type(),
              "activate: out [K, U, ...] of as many numbers as x");
  if (x.numel() == 0) return;
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "activate", [&] {
    const auto to = batches_of<scalar_t>(out, lies_by_fours<scalar_t>(x));
    const Activate<scalar_t> job{memory<const scalar_t>(x, x.device(), "x"),
                                 out.mutable_data_ptr<scalar_t>(),
                                 bias.defined() ? bias.const_data_ptr<scalar_t>() : nullptr,
                                 bias.defined() ? bias.stride(0) : 0,
                                 activation,
                                 to.each.value * amount(out.size(1)),
                                 amount(x.size(-1)),
                                 to};
    run(job, x.device(), x.size(0), job.items);
  });
}

void activate(const Tensor& x, const Tensor& bias, Activation activation) {
  if (!activation.is_nothing() || bias.defined()) activate(x, bias, activation, x.unsqueeze(1));
}

void deactivate(const Tensor& signal, const Tensor& activated, Activation activation) {
  if (signal.numel() == 0 || activation.is_nothing()) return;
  TORCH_CHECK(signal.is_non_overlapping_and_dense() && signal.strides() == activated.strides() &&
                  signal.sizes() == activated.sizes() && signal.scalar_type() == activated.scalar_type() &&
                  signal.device() == activated.device(),
              "deactivate: both dense and laid out alike");
  const auto size = amount(signal.numel() / signal.size(0));
  AT_DISPATCH_FLOATING_TYPES(signal.scalar_type(), "deactivate", [&] {
    const bool by_fours =
        size % 4 == 0 && lies_by_fours<scalar_t>(signal) && lies_by_fours<scalar_t>(activated);
    const Deactivate<scalar_t> job{signal.mutable_data_ptr<scalar_t>(), activated.const_data_ptr<scalar_t>(),
                                   activation, by_fours ? size / 4 : size, by_fours};
    run(job, signal.device(), signal.size(0), job.items);
  });
}

}  // namespace monge::kernels
