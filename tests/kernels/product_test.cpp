// What leads to the fused products, by the kernel's twin for a CPU, against LibTorch.
#include "kernels/product.h"

#include <doctest/doctest.h>

#include "kernels/patches.h"
#include "kernels/product_plan.h"
#include "kernels/spread.h"
#include "kernels/stacks.h"

namespace product_test {

using namespace monge;
using kernels::Finish;
using kernels::Optimizer;

namespace {

constexpr std::int64_t kRuns = 2;

Tensor random(const Shape& shape, double phase = 0) {
  return at::sin(at::arange(c10::multiply_integers(shape), at::kDouble) * 1.7 + phase)
      .view(shape)
      .to(at::kFloat);
}

bool close(const Tensor& a, const Tensor& b) { return a.allclose(b, 1e-5, 1e-5); }

Tensor finished(Tensor y, const Finish& finish, const Tensor& before) {
  if (finish.accumulate) y = y + before;
  if (finish.bias.defined()) y = y + finish.bias.unsqueeze(1);
  y = at::where(y > 0, y, y * finish.slope);
  return finish.mask.defined() ? at::where(finish.mask.view(y.sizes()) > 0, y, y * finish.mask_slope) : y;
}

struct Case {
  std::int64_t kernel, stride, pad, height, width, channels, small;

  std::int64_t places(std::int64_t side) const { return (side + 2 * pad - kernel) / stride + 1; }
  kernels::Window window() const {
    const auto u = [](std::int64_t n) { return static_cast<std::uint32_t>(n); };
    return {u(kernel),   u(stride),         u(pad),          u(height), u(width),
            u(channels), u(places(height)), u(places(width))};
  }
};

const std::vector<Case> kCases = {
    {4, 2, 1, 8, 6, 3, 5},
    {3, 1, 1, 5, 5, 8, 4},
    {5, 2, 2, 7, 9, 2, 3},
    {4, 1, 0, 4, 4, 2, 1},
    {3, 2, 0, 8, 8, 1, 2},
    // Images of one pixel that are no plain matrix, though little is summed over.
    {2, 1, 1, 1, 1, 2, 8},
    {2, 2, 1, 1, 1, 2, 8},
    {2, 1, 0, 2, 2, 8, 2},
    {1, 1, 0, 1, 1, 6, 5}};

}  // namespace

TEST_CASE("product: matrices in every layout, with every finish") {
  const auto bias = random({kRuns, 9}, 3).narrow(1, 1, 4), mask = random({kRuns, 5, 4}, 5);
  for (const Finish& finish :
       {Finish{}, Finish{.bias = bias, .slope = 0.2}, Finish{.mask = mask, .mask_slope = 0},
        Finish{.bias = bias, .slope = 0, .mask = mask, .mask_slope = 0.1, .accumulate = true}}) {
    for (const std::int64_t summed : {2, 7, 11}) {  // thin ones are another kernel
      const auto a = random({kRuns, 5, summed}), b = random({kRuns, 4, summed}, 1);
      const auto expected = finished(at::bmm(a, b.transpose(1, 2)), finish, at::ones({kRuns, 5, 4}));
      for (const auto& left :
           {kernels::rows_outside(a), kernels::columns_outside(a.transpose(1, 2).contiguous())}) {
        const auto columns = b.transpose(1, 2).contiguous();
        for (const auto& right : {kernels::rows_outside(b), kernels::columns_outside(columns)}) {
          const auto c = at::ones({kRuns, 5, 4});
          kernels::multiply(left, right, finish, c);
          CHECK(close(c, expected));
        }
      }
    }
  }
}

TEST_CASE(
    "product: thin ones into rows of a width that is no multiple of four, and of one that lies together by "
    "fours") {
  for (const std::int64_t n : {1, 6, 8}) {
    const auto a = random({kRuns, 5, 3}), b = random({kRuns, n, 3}, 1), all = at::zeros({kRuns, 5, n + 4});
    const auto c = all.narrow(2, 0, n);
    kernels::multiply(kernels::rows_outside(a), kernels::rows_outside(b), {}, c);
    CHECK(close(c, at::bmm(a, b.transpose(1, 2))));
    CHECK(all.narrow(2, n, 4).eq(0).all().item<bool>());
  }
}

TEST_CASE("product: patches as they would be laid out, on either side") {
  for (const auto& c : kCases) {
    CAPTURE(c.kernel);
    const auto window = c.window();
    const auto image = random({kRuns, 3, c.channels, c.height, c.width}).permute({0, 1, 3, 4, 2});
    const auto unfolded = kernels::unfold(image, window);
    const auto weight = random({kRuns, c.small, unfolded.size(2)}, 1),
               signal = random({kRuns, unfolded.size(1), c.small}, 2);
    const auto y = at::empty_like(signal), gradient = at::empty_like(weight);
    kernels::multiply(kernels::patches_outside(image, window), kernels::rows_outside(weight), {}, y);
    CHECK(close(y, at::bmm(unfolded, weight.transpose(1, 2))));
    kernels::multiply(kernels::columns_outside(signal), kernels::patches_summed(image, window), {}, gradient);
    CHECK(close(gradient, at::bmm(signal.transpose(1, 2), unfolded)));
  }
}

TEST_CASE("product: two summed up, in one where they lie alike and the first is long enough") {
  const auto check = [](const Tensor& a, const Tensor& b, const Tensor& c, const Tensor& d, bool in_one) {
    const kernels::Operands one{kernels::columns_outside(a), kernels::columns_outside(b)},
        other{kernels::columns_outside(c), kernels::columns_outside(d)};
    const auto expected = at::bmm(a.transpose(1, 2), b) + at::bmm(c.transpose(1, 2), d);
    for (const bool accumulate : {false, true}) {
      const auto sum = at::full_like(expected, accumulate ? 2 : NAN);
      const auto job = kernels::product_of(one, other, {.accumulate = accumulate}, sum);
      CHECK(job.has_value() == in_one);
      if (job)
        CHECK(kernels::plan(*job, kRuns, 132, std::size_t{0}).kernel.ends_with("<0, false, false, true>"));
      kernels::multiply(one, other, {.accumulate = accumulate}, sum);
      CHECK(close(sum, accumulate ? expected + 2 : expected));
    }
  };
  for (const std::int64_t first : {32, 64, 33, 16, 0}) {
    for (const std::int64_t second : {1, 7, 40, 0}) {
      const auto a = random({kRuns, first, 5}), b = random({kRuns, first, 8}, 1),
                 c = random({kRuns, second, 5}, 2), d = random({kRuns, second, 8}, 3);
      check(a, b, c, d, first % 32 == 0 && first > 0 && second > 0);
    }
  }
  const auto a = random({kRuns, 32, 5}), b = random({kRuns, 32, 8}), wide = random({kRuns, 7, 16});
  check(a, b, wide.narrow(2, 3, 5), wide.narrow(2, 8, 8), false);
}

TEST_CASE("product: patches of two tensors of images, in one product") {
  for (const auto& c : kCases) {
    CAPTURE(c.kernel);
    const auto window = c.window();
    const auto made = [&](std::int64_t count, double phase, bool channels_last) {
      const auto shape = Shape{kRuns, count, c.height, c.width, c.channels};
      const auto image = random(shape, phase);
      return channels_last ? image : image.permute({0, 1, 4, 2, 3}).contiguous().permute({0, 1, 3, 4, 2});
    };
    const auto places = std::int64_t{window.rows} * window.columns;
    const auto one = random({kRuns, 32 * places, c.small}, 1),
               other = random({kRuns, 3 * places, c.small}, 2);
    for (const bool alike : {true, false}) {
      const auto image = made(32, 3, true), next = made(3, 4, alike);
      const auto expected = at::bmm(one.transpose(1, 2), kernels::unfold(image, window)) +
                            at::bmm(other.transpose(1, 2), kernels::unfold(next, window));
      const kernels::Operands first{kernels::columns_outside(one), kernels::patches_summed(image, window)},
          second{kernels::columns_outside(other), kernels::patches_summed(next, window)};
      const auto sum = at::empty_like(expected);
      CHECK(kernels::product_of(first, second, {.accumulate = false}, sum).has_value() ==
            (alike || c.channels == 1 || c.height * c.width == 1));
      kernels::multiply(first, second, {.accumulate = false}, sum);
      CHECK(sum.allclose(expected, 1e-4, 1e-4));
    }
  }
}

TEST_CASE("product: a spread is the folding of products") {
  for (const auto& c : kCases) {
    CAPTURE(c.kernel);
    const auto window = c.window();
    const auto small = random({kRuns, 3, c.places(c.height), c.places(c.width), c.small});
    const auto weight = random({kRuns, c.small, c.kernel * c.kernel * c.channels}, 1),
               bias = random({kRuns, c.channels}, 2);
    const auto image = at::full({kRuns, 3, c.height, c.width, c.channels}, NAN),
               mask = random(image.sizes().vec(), 3);
    const Finish finish{.bias = bias, .slope = 0.3, .mask = mask, .mask_slope = 0.5};
    kernels::spread(small, kernels::by_class(weight, window), window, finish, image);
    const auto folded = kernels::fold(at::bmm(small.flatten(1, 3), weight), window);
    CHECK(close(image.flatten(1, 3), finished(folded.flatten(1, 3), finish, {})));
  }
}

TEST_CASE("product: what does not fit is refused, and other tensors are LibTorch's to multiply") {
  const auto a = random({2, 3, 4}), c = at::empty({2, 3, 3});
  const auto rows = kernels::rows_outside(a);
  CHECK_THROWS(kernels::multiply(rows, kernels::rows_outside(random({2, 3, 5})), {}, c));
  CHECK_THROWS(kernels::multiply(rows, rows, {}, at::empty({2, 3, 4})));
  CHECK_THROWS(kernels::multiply(rows, rows, {.mask = at::empty({2, 3, 2})}, c));
  CHECK_THROWS(kernels::rows_outside(a.transpose(1, 2)));
  CHECK_THROWS(kernels::rows_outside(a.to(at::kDouble)));
  CHECK_FALSE(kernels::fuses(a.to(at::kDouble)));
}

TEST_CASE(
    "product: in place of a gradient, the step of its parameter, its largest number and the gradient's "
    "length") {
  constexpr std::int64_t kHigh = 272, kWide = 260;  // no multiples of the parts that lengths are of
  Optimizer rmsprop{.settings = {.kind = train::OptimizerSettings::Kind::rmsprop}, .learning_rate = 0.1};
  Optimizer adamw{
      .settings = {.kind = train::OptimizerSettings::Kind::adamw, .beta1 = 0, .weight_decay = 0.1},
      .learning_rate = 0.2,
      .clip = 1.5};
  const auto table = kernels::optimizer_table({rmsprop, adamw});
  for (const std::int64_t first : {5, 32}) {  // from 32 on, two products are one
    const auto columns = [&](std::int64_t rows, std::int64_t n, double phase) {
      return kernels::columns_outside(random({kRuns, rows, n}, phase));
    };
    const kernels::Operands one{columns(first, kHigh, 0), columns(first, kWide, 1)},
        other{columns(2, kHigh, 2), columns(2, kWide, 3)};
    const auto started = [&] {
      auto all = test::stack(kRuns, kHigh * kWide, at::kFloat);
      all.average = Tensor();
      return all;
    };
    const auto weight = [&](const kernels::Stack& all) { return all.gradient.view({kRuns, kHigh, kWide}); };
    const auto expected = started(), all = started();
    const auto updates = at::zeros({kRuns}, at::kLong);
    kernels::Update update(all);
    update.begin(table, updates, /*by_second=*/true);
    CHECK(kernels::may_descend(one, other, weight(all)) == (first == 32));
    CHECK(kernels::may_descend(one, weight(all)));
    const auto taken = update.take(weight(all));
    if (first == 32) {
      kernels::multiply(one, other, {}, weight(expected));
      kernels::multiply(one, other, {.descending = taken}, weight(all));
    } else {
      kernels::multiply(one.a, one.b, {}, weight(expected));
      kernels::multiply(one.a, one.b, {.descending = taken}, weight(all));
      CHECK_THROWS_AS(kernels::multiply(one, other, {.descending = taken}, weight(all)), c10::Error);
      CHECK_THROWS_AS(kernels::multiply(one.a, one.b, {.slope = 0, .descending = taken}, weight(all)),
                      c10::Error);
    }
    update.finish();
    kernels::optimise(table, at::zeros({kRuns}, at::kLong), expected);
    CHECK(all.values.allclose(expected.values, 1e-6, 1e-6));
    CHECK(all.second.allclose(expected.second, 1e-6, 1e-6));
    CHECK(all.gradient.eq(0).all().item<bool>());  // as it was
    CHECK(update.gradient_norm().allclose(expected.gradient.norm(2, 1), 1e-5));
    CHECK(update.largest(all.values.size(1)).equal(all.values.abs().amax(1)));

    all.values[1][7] = NAN;
    update.begin(table, updates, /*by_second=*/true);
    kernels::multiply(one.a, one.b, {.descending = update.take(weight(all))}, weight(all));
    update.finish();
    CHECK(update.largest(all.values.size(1))[0].equal(all.values[0].abs().max()));
    CHECK(std::isnan(update.largest(all.values.size(1))[1].item<float>()));
  }
}

}  // namespace product_test
