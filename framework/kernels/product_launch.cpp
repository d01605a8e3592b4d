#include "kernels/product_launch.h"

#include <cmath>

#include "kernels/gpu.h"
#include "kernels/product_plan.h"
#include "kernels/run.h"

namespace monge::kernels {
namespace {

void store(const Output& c, float sum, std::uint32_t run, std::uint32_t m, int row, std::uint32_t n) {
  const Descent& to = c.descent;
  if (to.rules == nullptr) return c.store(sum, run, row, n);
  const auto at = c.place(run, row, n);
  to.values[at] = to.rules[run].by_second(to.values[at], sum, to.second[at]);
  Descent::Found& found = to.place(run, m, n);
  if (m % Descent::kRows + n % Descent::kColumns == 0) found = {};
  found.length = std::hypot(found.length, sum);
  const float amount = std::abs(to.values[at]);
  if (amount > found.largest || std::isnan(amount)) found.largest = amount;
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

bool is_thin(const Product& job) {
  return job.p <= ThinProduct::kMost && job.a_rows && job.a.is_plain() && job.b.is_plain() && job.c.fold == 1;
}

}  // namespace

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
                 static_cast<Descent::Found*>(to.found.mutable_data_ptr()),
                 amount(to.found.size(1)),
                 amount(to.found.size(2))};
  return out;
}

Product widened(Product job) {
  job.a.wide = may_be_wide(job.a) && fours(job.a_rest.data) && fours(job.a_rest.run_stride);
  job.b.wide = may_be_wide(job.b) && fours(job.b_rest.data) && fours(job.b_rest.run_stride);
  job.c.wide = may_be_wide(job.c, job.n);
  return job;
}

void launch(const Product& job, const Tensor& c) {
  if (c.numel() == 0) return;
  if (is_thin(job)) {
    const ThinProduct thin(job);
    return run(thin, c.device(), c.size(0), thin.items());
  }
  if (c.is_cpu()) return multiply_slowly(job, amount(c.size(0)));
  launch(c.device(), plan(job, amount(c.size(0)), multiprocessors(c.device()), is_hopper(c.device())), job);
}

}  // namespace monge::kernels
