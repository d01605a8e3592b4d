#include "kernels/product.h"

#include <ATen/Context.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "kernels/gpu.h"
#include "kernels/product_plan.h"
#include "kernels/run.h"

namespace monge::kernels {
namespace {

const std::string& where() {
  static const std::string set = [] {
    const char* value = std::getenv("MONGE_PRODUCTS");
    return std::string(value == nullptr ? "" : value);
  }();
  return set;
}

void store(const Output& c, float sum, std::uint32_t run, std::uint32_t m, int row, std::uint32_t n) {
  const Descent& to = c.descent;
  if (to.rules == nullptr) return c.store(sum, run, row, n);
  const auto at = c.place(run, row, n);
  to.values[at] = to.rules[run].by_second(to.values[at], sum, to.second[at]);
  Descent::Left& left = to.place(run, m, n);
  if (m % Descent::kRows + n % Descent::kColumns == 0) left = {};
  left.length = std::hypot(left.length, sum);
  const float amount = std::abs(to.values[at]);
  if (amount > left.largest || std::isnan(amount)) left.largest = amount;
}

// The kernel's twin for a CPU, with its addresses and its finish; in the order of the sum, to float's
// accuracy.
void multiply_slowly(const Product& job, std::uint32_t runs) {
  for (std::uint32_t z = 0; z < runs * job.classes(); ++z) {
    const std::uint32_t run = z / job.classes(), which = z % job.classes();
    const Class q = {static_cast<int>(which) / job.c.fold, static_cast<int>(which) % job.c.fold};
    const auto element = [&](const Patches& x, const Rest& rest, bool rows, std::uint32_t outer,
                             std::uint32_t summed) {
      const Point at = x.row(rows ? outer : summed, x.origin(q)) + x.col(rows ? summed : outer);
      const bool first = job.split == 0 || summed < job.split;
      return x.holds(at) ? (first ? x.of_run(run, which) : rest.of_run(run))[at.offset] : 0.0F;
    };
    for (std::uint32_t m = 0; m < job.m; ++m) {
      const int row = job.c.row(m, q);
      for (std::uint32_t n = 0; n < job.n && row >= 0; ++n) {
        double sum = 0;
        for (std::uint32_t p = 0; p < job.p; ++p)
          sum += static_cast<double>(element(job.a, job.a_rest, job.a_rows, m, p)) *
                 element(job.b, job.b_rest, job.b_rows, n, p);
        store(job.c, static_cast<float>(sum), run, m, row, n);
      }
    }
  }
}

int whole(std::int64_t n) { return static_cast<int>(amount(n)); }

const float* floats(const Tensor& x) {
  TORCH_CHECK(x.scalar_type() == at::kFloat, "a fused product is of floats");
  return x.const_data_ptr<float>();
}

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

Output finished(const Finish& finish, const Tensor& c) {
  Output out;
  out.data = c.mutable_data_ptr<float>();
  out.run_stride = c.stride(0);
  if (finish.bias.defined()) {
    TORCH_CHECK(finish.bias.size(1) == 1 || finish.bias.stride(1) == 1, "a bias lies together");
    out.bias = floats(finish.bias);
    out.bias_run_stride = finish.bias.stride(0);
  }
  if (finish.mask.defined()) {
    TORCH_CHECK(finish.mask.numel() == c.numel() && finish.mask.stride(0) == c.stride(0),
                "a mask lies as the result does");
    out.mask = floats(finish.mask);
    out.mask_slope = static_cast<float>(finish.mask_slope);
  }
  out.slope = static_cast<float>(finish.slope);
  out.accumulate = finish.accumulate;
  if (!finish.descending) return out;
  TORCH_CHECK(!finish.bias.defined() && !finish.mask.defined() && finish.slope == 1 && !finish.accumulate,
              "a gradient to descend along is a product and no more");
  const auto& to = *finish.descending;
  out.descent = {to.rules,
                 to.values,
                 to.second,
                 static_cast<Descent::Left*>(to.left.mutable_data_ptr()),
                 amount(to.left.size(1)),
                 amount(to.left.size(2))};
  return out;
}

bool is_thin(const Product& job) {
  return job.p <= ThinProduct::kMost && job.a_rows && job.a.is_plain() && job.b.is_plain() && job.c.fold == 1;
}

// Reads and writes by fours where that may be.
Product widened(Product job) {
  job.a.wide = may_be_wide(job.a) && fours(job.a_rest.data) && fours(job.a_rest.run_stride);
  job.b.wide = may_be_wide(job.b) && fours(job.b_rest.data) && fours(job.b_rest.run_stride);
  job.c.wide = may_be_wide(job.c, job.n);
  return job;
}

std::int64_t images(const Patches& x) {
  return std::int64_t{x.rows} / (std::int64_t{x.out_height.value} * x.out_width.value);
}

// Whether rows that are summed over can go on from `one` in `other`, counted and reached by 32 bits.
bool may_go_on(const Operand& one, const Operand& other) {
  const auto fits = [](std::int64_t n) { return n <= std::numeric_limits<std::int32_t>::max(); };
  Patches next = other.matrix;
  next.data = one.matrix.data;
  next.run_stride = one.matrix.run_stride;
  next.rows = one.matrix.rows;
  return !one.rows && !other.rows && next == one.matrix && fits(one.summed + other.summed) &&
         fits((images(one.matrix) + images(other.matrix)) * one.matrix.step_row);
}

// `x` gets the rows of `other`, too.
Rest append(Patches& x, const Patches& other) {
  const Rest rest{other.data - images(x) * x.step_row, other.run_stride};
  x.rows += other.rows;
  return rest;
}

void multiply(const Product& job, const Tensor& c) {
  if (c.numel() == 0) return;
  if (is_thin(job)) {
    const ThinProduct thin(job);
    return run(thin, c.device(), c.size(0), thin.items());
  }
  if (c.is_cpu()) return multiply_slowly(job, amount(c.size(0)));
  launch(c.device(), plan(job, amount(c.size(0)), multiprocessors(c.device()), is_hopper(c.device())), job);
}

}  // namespace

bool is_ours(const Tensor& x) {
  if (x.scalar_type() != at::kFloat || where() == "off") return false;
  return x.is_cpu() ? where() == "everywhere" : x.is_cuda();
}

bool fuses(const Tensor& x) {
  return is_ours(x) && (x.is_cpu() || (!at::globalContext().allowTF32CuBLAS() && can_multiply(x.device())));
}

Operand rows_outside(const Tensor& x) { return plain(x, true); }
Operand columns_outside(const Tensor& x) { return plain(x, false); }
Operand patches_outside(const Tensor& image, const Window& w) { return patches(image, w, true); }
Operand patches_summed(const Tensor& image, const Window& w) { return patches(image, w, false); }

Product product_of(const Operand& a, const Operand& b, const Finish& finish, const Tensor& c) {
  TORCH_CHECK(c.dim() == 3 && (c.size(2) == 1 || c.stride(2) == 1) && c.size(1) == a.outer &&
                  c.size(2) == b.outer && a.summed == b.summed,
              "multiply: a [M, P], b [N, P], c [K, M, N]");
  Product job;
  job.a = a.matrix;
  job.b = b.matrix;
  job.a_rows = a.rows;
  job.b_rows = b.rows;
  job.c = finished(finish, c);
  job.c.step_row = whole(c.stride(1));
  amount(c.size(1) * c.stride(1));
  job.m = amount(a.outer);
  job.n = amount(b.outer);
  job.p = amount(a.summed);
  return widened(job);
}

void multiply(const Operand& a, const Operand& b, const Finish& finish, const Tensor& c) {
  multiply(product_of(a, b, finish, c), c);
}

std::optional<Product> product_of(const Operands& one, const Operands& other, const Finish& finish,
                                  const Tensor& c) {
  Product job = product_of(one.a, one.b, finish, c);
  const Product rest = product_of(other.a, other.b, {}, c);
  if (job.p == 0 || job.p % Product::kSplit != 0 || rest.p == 0 || !may_go_on(one.a, other.a) ||
      !may_go_on(one.b, other.b))
    return std::nullopt;
  job.split = job.p;
  job.p += rest.p;
  job.a_rest = append(job.a, rest.a);
  job.b_rest = append(job.b, rest.b);
  return widened(job);
}

void multiply(const Operands& one, const Operands& other, const Finish& finish, const Tensor& c) {
  if (const auto both = product_of(one, other, finish, c)) return multiply(*both, c);
  TORCH_CHECK(!finish.descending, "two products that are not one cannot descend");
  multiply(one.a, one.b, finish, c);
  multiply(other.a, other.b, {.accumulate = true}, c);
}

namespace {

// Where the sum is long the tensor cores are what is waited for, and tiles that do not descend are faster.
bool may_descend(const Product& job, at::Device device) {
  constexpr std::uint32_t kLong = 256;
  return job.p <= kLong && job.c.wide && !job.a_rows && !job.b_rows &&
         (device.is_cpu() || (is_hopper(device) && is_wide(job)));
}

}  // namespace

bool may_descend(const Operands& one, const Tensor& c) {
  return may_descend(product_of(one.a, one.b, {}, c), c.device());
}

bool may_descend(const Operands& one, const Operands& other, const Tensor& c) {
  const auto job = product_of(one, other, {}, c);
  return job && may_descend(*job, c.device());
}

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
  multiply(widened(job), image);
}

}  // namespace monge::kernels
