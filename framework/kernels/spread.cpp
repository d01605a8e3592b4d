#include "kernels/spread.h"

#include "kernels/product_launch.h"
#include "kernels/run.h"

namespace monge::kernels {

Tensor by_class(const Tensor& weight, const Window& w) {
  const std::int64_t taps = (w.kernel + w.stride - 1) / w.stride, classes = std::int64_t{w.stride} * w.stride;
  const auto from = weight.contiguous();
  auto out = at::empty({from.size(0), classes * w.channels, taps * taps * from.size(1)}, from.options());
  const ByClass<float> job{from.const_data_ptr<float>(), out.mutable_data_ptr<float>(), amount(from.size(1)),
                           static_cast<std::uint32_t>(taps), w};
  run(job, from.device(), from.size(0), amount(out.numel() / out.size(0)));
  return out;
}

void spread(const Tensor& small, const Tensor& weight_by_class, const Window& w, const Finish& finish,
            const Tensor& image) {
  TORCH_CHECK(image.is_contiguous() && image.size(2) == w.height && image.size(3) == w.width &&
                  image.size(4) == w.channels && small.size(2) == w.rows && small.size(3) == w.columns,
              "spread: small [K, R, rows, columns, N] -> image [K, R, height, width, channels]");
  const auto shares = [](std::uint32_t n, std::uint32_t each) { return (n + each - 1) / each; };
  const std::uint32_t taps = shares(w.kernel, w.stride), high = shares(w.height, w.stride),
                      wide = shares(w.width, w.stride);
  amount(image.size(1) * image.stride(1));  // of a run
  Product job;
  job.a = images(small);
  job.a.rows = amount(small.size(1)) * high * wide;
  job.a.cols = taps * taps * amount(small.size(4));
  job.a.out_height = Divisor(high);
  job.a.out_width = Divisor(wide);
  job.a.kernel_width = Divisor(taps);
  job.a.fold = static_cast<int>(w.stride);
  job.a.fold_pad_y = job.a.fold_pad_x = static_cast<int>(w.pad);
  job.a.pad_y = job.a.pad_x = static_cast<int>(taps) - 1;
  job.b = rows_outside(weight_by_class).matrix;
  job.b.rows = w.channels;
  job.b.class_stride = std::int64_t{w.channels} * job.a.cols;
  job.c = finished(finish, image);
  job.c.fold = static_cast<int>(w.stride);
  job.c.height = static_cast<int>(w.height);
  job.c.width = static_cast<int>(w.width);
  job.c.out_height = job.a.out_height;
  job.c.out_width = job.a.out_width;
  job.c.step_row = whole(image.stride(1));
  job.c.step_y = whole(image.stride(2));
  job.c.step_x = whole(image.stride(3));
  job.m = job.a.rows;
  job.n = w.channels;
  job.p = job.a.cols;
  launch(widened(job), image);
}

}  // namespace monge::kernels
