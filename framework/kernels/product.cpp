#include "kernels/product.h"

#include <ATen/Context.h>

#include <cstdlib>
#include <string>

#include "kernels/gpu.h"
#include "kernels/product_launch.h"
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

}  // namespace

bool is_ours(const Tensor& x) {
  if (x.scalar_type() != at::kFloat || where() == "off") return false;
  return x.is_cpu() ? where() == "everywhere" : x.is_cuda();
}

bool fuses(const Tensor& x) {
  return is_ours(x) && (x.is_cpu() || (!at::globalContext().allowTF32CuBLAS() && can_multiply(x.device())));
}

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
  launch(product_of(a, b, finish, c), c);
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
  if (const auto both = product_of(one, other, finish, c)) return launch(*both, c);
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

}  // namespace monge::kernels
