// Which kernel is fastest for which product of 64 runs: what kernels/product_plan.h chooses by. Prints TFLOP
// a second of each tile and of LibTorch, and the largest error over the largest result, against double
// precision; of gradients also the microseconds with Adam's update of the weight afterwards and on the way.
// Usage: product_rates [cuda:0 [W3]]; only the workload's, if one is named. "cpu" checks the products of
// small ones by the kernels' twin, and times nothing.
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>

#include "kernels/gpu.h"
#include "kernels/optimise.h"
#include "kernels/product.h"
#include "worker/gpu.h"
#include "worker/lane.h"

namespace {

using namespace monge;
using kernels::Operand;

struct Case {
  const char* what;
  std::int64_t runs, m, n, p;
  bool a_rows = true, b_rows = true;
};

// Of benchmarks/peers/workloads.py: layers forward, their input's gradients, their weights'; convolutions as
// the products that they are.
const std::vector<Case> kCases = {
    {"W1 forward", 64, 512, 512, 512},
    {"W1 back", 64, 512, 512, 512, true, false},
    {"W1 weights", 64, 512, 512, 512, false, false},
    {"W2 forward", 64, 512, 128, 128},
    {"W2 back", 64, 512, 128, 128, true, false},
    {"W2 weights", 64, 128, 128, 512, false, false},
    {"W3 forward", 64, 64, 512, 784},
    {"W3 back", 64, 64, 784, 512, true, false},
    {"W3 weights", 64, 512, 784, 128, false, false},
    {"W3 forw swap", 64, 512, 64, 784},
    {"W3 back swap", 64, 784, 64, 512, false, true},
    {"W3 sec swap", 64, 256, 64, 512},
    {"W4 forward", 64, 3136, 64, 512},
    {"W4 back", 64, 12544, 32, 256},
    {"W4 weights", 64, 64, 512, 3136, false, false},
    {"W5 forward", 16, 4096, 256, 2048},
    {"W5 weights", 16, 256, 2048, 4096, false, false},
};

// Weights' gradients under a penalty: p is rows of scores, and rows of slopes. Of a generator: half and half.
struct Both {
  const char* what;
  std::int64_t runs, m, n, first, second;
};
const std::vector<Both> kBoth = {{"W1", 64, 512, 512, 512, 256},
                                 {"W2", 64, 128, 128, 512, 256},
                                 {"W3", 64, 512, 784, 128, 64},
                                 {"W3 second", 64, 256, 512, 128, 64},
                                 {"W3 generator", 64, 784, 1024, 32, 32}};

Tensor random(std::int64_t runs, std::int64_t rows, std::int64_t columns, at::Device device) {
  return at::randn({runs, rows, columns}, at::TensorOptions(device).dtype(at::kFloat));
}

/// Microseconds of a call, after some that are not timed; on a CPU 0.
template <class Call>
double microseconds(at::Device device, Call call) {
  constexpr int kBefore = 3, kCalls = 30;
  if (device.is_cpu()) {
    call();
    return 0;
  }
  for (int i = 0; i < kBefore; ++i) call();
  worker::settle(device);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kCalls; ++i) call();
  worker::settle(device);
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count() / kCalls;
}

double error_of(const Tensor& c, const Tensor& left, const Tensor& right) {
  const auto expected = at::bmm(left.to(at::kDouble), right.to(at::kDouble));
  return ((c.to(at::kDouble) - expected).abs().max() / expected.abs().max()).item<double>();
}

/// Returns whether all are as accurate as float.
bool measure(const Case& c, at::Device device) {
  const auto a = c.a_rows ? random(c.runs, c.m, c.p, device) : random(c.runs, c.p, c.m, device);
  const auto b = c.b_rows ? random(c.runs, c.n, c.p, device) : random(c.runs, c.p, c.n, device);
  const auto left = c.a_rows ? a : a.transpose(1, 2), right = c.b_rows ? b.transpose(1, 2) : b;
  auto out = at::full({c.runs, c.m, c.n}, NAN, a.options());
  const Operand one = c.a_rows ? kernels::rows_outside(a) : kernels::columns_outside(a);
  const Operand other = c.b_rows ? kernels::rows_outside(b) : kernels::columns_outside(b);
  std::printf("%-12s %3ld x [%5ld, %4ld] of %4ld", c.what, c.runs, c.m, c.n, c.p);
  if (device.is_cpu()) {
    kernels::multiply(one, other, {}, out);
    const double error = error_of(out, left, right);
    std::printf("  error %.1e\n", error);
    return error < 1e-6;
  }
  const double flop = 2.0 * static_cast<double>(c.runs * c.m * c.n * c.p);
  const auto rate = [&](double time) { return flop / time / 1e6; };
  std::printf("  LibTorch %5.1f  tiles", rate(microseconds(device, [&] { at::bmm_out(out, left, right); })));
  const auto job = kernels::product_of(one, other, {}, out);
  const int multiprocessors = kernels::multiprocessors(device);
  const auto runs = static_cast<std::uint32_t>(c.runs);
  const auto chosen = kernels::plan(job, runs, multiprocessors, kernels::is_hopper(device)).kernel;
  double worst = 0;
  const auto all = kernels::is_hopper(device) ? kernels::kFirstDescent : kernels::kFirstWide;
  for (std::size_t i = 0; i < all; ++i) {
    const auto plan = kernels::plan(job, runs, multiprocessors, i);
    out.fill_(NAN);
    const double time = microseconds(device, [&] { kernels::launch(device, plan, job); });
    const double error = error_of(out, left, right);
    if (!(error <= worst)) worst = error;  // not a number, too: what was left unwritten
    std::printf(" %5.1f%s", rate(time), plan.kernel == chosen ? "*" : "");
    std::fflush(stdout);
  }
  std::printf("  error %.1e\n", worst);
  return worst < 1e-6;
}

/// Microseconds with Adam's update of the weight afterwards, and in place of the gradient, by each tile that
/// descends; *: the plan's.
void measure_updates(const kernels::Operands& one, const kernels::Operands& other, std::uint32_t runs,
                     const Tensor& gradient) {
  const auto device = gradient.device();
  if (!kernels::may_descend(one, other, gradient)) return;
  const auto flat = gradient.flatten(1);
  const kernels::Stack stack{at::randn_like(flat), flat, at::zeros_like(flat), at::rand_like(flat), {}};
  const std::vector<kernels::Optimizer> settings(runs, {.settings = {.beta1 = 0}});
  const auto table = kernels::optimizer_table(settings).to(device);
  const auto updates = at::zeros({runs}, table.options().dtype(at::kLong));
  const auto after = microseconds(device, [&] {
    kernels::multiply(one, other, {}, gradient);
    kernels::optimise(table, updates, stack);
  });
  std::printf("%-12s with Adam's update after it %5.1f, in place of it", "", after);
  kernels::Update update(stack);
  for (std::size_t i = kernels::kFirstDescent; i < kernels::kAllTiles; ++i) {
    bool chosen = false;
    const auto within = microseconds(device, [&] {
      update.begin(table, updates, /*by_second=*/true);
      const auto job = kernels::product_of(one, other, {.descending = update.take(gradient)}, gradient);
      const auto plan = kernels::plan(*job, runs, kernels::multiprocessors(device), i);
      kernels::launch(device, plan, *job);
      chosen = plan.kernel == kernels::plan(*job, runs, kernels::multiprocessors(device), true).kernel;
    });
    std::printf(" %5.1f%s", within, chosen ? "*" : "");
    std::fflush(stdout);
  }
  std::printf("\n");
}

/// The same of the sum of two products, which are also timed apart.
bool measure(const Both& c, at::Device device) {
  const auto a = random(c.runs, c.first, c.m, device), b = random(c.runs, c.first, c.n, device),
             x = random(c.runs, c.second, c.m, device), y = random(c.runs, c.second, c.n, device);
  const kernels::Operands one{kernels::columns_outside(a), kernels::columns_outside(b)},
      other{kernels::columns_outside(x), kernels::columns_outside(y)};
  auto out = at::full({c.runs, c.m, c.n}, NAN, a.options());
  const double apart = microseconds(device, [&] {
    kernels::multiply(one.a, one.b, {}, out);
    kernels::multiply(other.a, other.b, {.accumulate = true}, out);
  });
  const double both = microseconds(device, [&] { kernels::multiply(one, other, {}, out); });
  const double error = error_of(out, at::cat({a, x}, 1).transpose(1, 2), at::cat({b, y}, 1));
  std::printf("%-12s %3ld x [%5ld, %4ld] of %4ld + %4ld  apart %6.1f us  at once %6.1f us  error %.1e\n",
              c.what, c.runs, c.m, c.n, c.first, c.second, apart, both, error);
  if (!device.is_cpu() && c.m * c.n >= 1 << 16)
    measure_updates(one, other, static_cast<std::uint32_t>(c.runs), out);
  return error < 1e-6;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const at::Device device(argc > 1 ? argv[1] : "cuda:0");
    const at::NoGradGuard no_grad;
    if (device.is_cuda() && worker::open_gpu().devices == 0) {
      std::cout << "no GPU here: " << worker::open_gpu().fault << "\n";
      return 0;
    }
    worker::take_lane(device);
    if (device.is_cuda() && !kernels::can_multiply(device))
      throw std::runtime_error("its tensor cores know no TF32");
    const std::string wanted = argc > 2 ? argv[2] : "";
    bool accurate = true;
    for (Case c : kCases) {
      if (!std::string(c.what).starts_with(wanted)) continue;
      if (device.is_cpu()) c = {c.what, 2, c.m % 7 + 9, c.n % 5 + 9, c.p % 11 + 9, c.a_rows, c.b_rows};
      accurate = measure(c, device) && accurate;
    }
    for (Both c : kBoth) {
      if (!std::string(c.what).starts_with(wanted)) continue;
      if (device.is_cpu()) c = {c.what, 2, c.m % 7 + 9, c.n % 5 + 9, 32, c.second % 11 + 9};
      accurate = measure(c, device) && accurate;
    }
    return accurate ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "product_rates: " << error.what() << '\n';
    return 2;
  }
}
