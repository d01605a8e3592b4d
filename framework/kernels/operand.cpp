#include "kernels/operand.h"

#include "kernels/run.h"

namespace monge::kernels {

int whole(std::int64_t n) { return static_cast<int>(amount(n)); }

const float* floats(const Tensor& x) {
  TORCH_CHECK(x.scalar_type() == at::kFloat, "a fused product is of floats");
  return x.const_data_ptr<float>();
}

namespace {

Operand plain(const Tensor& x, bool rows) {
  TORCH_CHECK(x.dim() == 3 && (x.size(2) == 1 || x.stride(2) == 1),
              "an operand is [K, rows, columns], columns together");
  Patches m;
  m.data = floats(x);
  m.run_stride = x.stride(0);
  m.rows = amount(x.size(1));
  m.cols = amount(x.size(2));
  m.step_row = whole(x.stride(1));
  m.channels = Divisor(m.cols);
  amount(x.size(1) * x.stride(1));  // what is inside a run is counted by 32 bits
  return {m, rows, x.size(rows ? 1 : 2), x.size(rows ? 2 : 1), x};
}

}  // namespace

Patches images(const Tensor& image) {
  TORCH_CHECK(image.dim() == 5, "images are [K, R, height, width, channels]");
  Patches m;
  m.data = floats(image);
  m.run_stride = image.stride(0);
  m.height = whole(image.size(2));
  m.width = whole(image.size(3));
  m.step_row = whole(image.stride(1));
  m.step_y = whole(image.stride(2));
  m.step_x = whole(image.stride(3));
  m.step_c = image.size(4) == 1 ? 1 : whole(image.stride(4));
  m.channels = Divisor(amount(image.size(4)));
  amount(image.size(1) * image.stride(1));
  return m;
}

namespace {

Operand patches(const Tensor& image, const Window& w, bool rows) {
  Patches m = images(image);
  m.rows = amount(image.size(1)) * w.rows * w.columns;
  m.cols = w.kernel * w.kernel * w.channels;
  m.out_height = Divisor(w.rows);
  m.out_width = Divisor(w.columns);
  m.kernel_width = Divisor(w.kernel);
  m.stride = static_cast<int>(w.stride);
  m.pad_y = m.pad_x = static_cast<int>(w.pad);
  return {m, rows, rows ? m.rows : m.cols, rows ? m.cols : m.rows, image};
}

}  // namespace

Operand rows_outside(const Tensor& x) { return plain(x, true); }
Operand columns_outside(const Tensor& x) { return plain(x, false); }
Operand patches_outside(const Tensor& image, const Window& w) { return patches(image, w, true); }
Operand patches_summed(const Tensor& image, const Window& w) { return patches(image, w, false); }

}  // namespace monge::kernels
