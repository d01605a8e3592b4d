#include "train/data_set.h"

#include <doctest/doctest.h>
#include <monge/error.h>

namespace data_set_test {

using namespace monge;

namespace {

Samples points() {
  Samples samples;
  samples.train = at::zeros({5, 2});
  samples.test = at::zeros({3, 2});
  samples.range = Range::unbounded;
  return samples;
}

Samples with_fakes() {
  Samples samples = points();
  samples.fake = at::ones({4, 2});
  samples.fake_test = at::ones({2, 2});
  samples.fake_test_slope = at::ones({2, 2});
  return samples;
}

void check_refused(const Samples& samples, const char* part) {
  CHECK_THROWS_WITH_AS(train::checked_classes(samples, "dataset/x"), doctest::Contains(part), Error);
}

}  // namespace

TEST_CASE("data set: points without labels have no classes, with or without a fixed generator") {
  CHECK(train::checked_classes(points(), "dataset/x") == 0);
  CHECK(train::checked_classes(with_fakes(), "dataset/x") == 0);
}

TEST_CASE("data set: samples are points or images") {
  Samples samples = points();
  samples.train = at::zeros({5, 2, 3});
  check_refused(samples, "dataset/x: its training split must be [N, D] or [N, C, H, W], and is [5, 2, 3]");
}

TEST_CASE("data set: a fixed generator has both splits, shaped and typed as the real samples") {
  const char* form = "dataset/x: a fixed generator has samples for both splits";
  Samples half = with_fakes();
  half.fake_test = Tensor();
  check_refused(half, form);
  Samples wide = with_fakes();
  wide.fake = at::ones({4, 3});
  check_refused(wide, form);
  Samples typed = with_fakes();
  typed.fake = typed.fake.to(at::kByte);
  check_refused(typed, form);
  Samples slope_alone = points();
  slope_alone.fake_test_slope = at::ones({2, 2});
  check_refused(slope_alone, form);
}

TEST_CASE("data set: the optimal slope is one for each held-out sample of the fixed generator") {
  Samples few = with_fakes();
  few.fake_test_slope = at::ones({1, 2});
  check_refused(few, "dataset/x: fake_test_slope must be float32, one slope for each of fake_test");
}

}  // namespace data_set_test
