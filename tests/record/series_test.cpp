#include "record/series.h"

#include <doctest/doctest.h>

#include <cmath>

namespace series_test {

using monge::record::summarize;

TEST_CASE("series: last, best by goal and the mean over the last tenth of the steps") {
  std::vector<double> steps, values;
  for (int i = 1; i <= 100; ++i) {
    steps.push_back(10 * i);
    values.push_back(i == 40 ? -5 : i);
  }
  CHECK(summarize(steps, values, "min").last == 100);
  CHECK(summarize(steps, values, "min").best == -5);
  CHECK(summarize(steps, values, "max").best == 100);
  CHECK(std::isnan(summarize(steps, values, "none").best));
  CHECK(summarize(steps, values, "").tail == doctest::Approx(95.5));  // 91 to 100
}

TEST_CASE("series: steps without a value are left out, before and after the values") {
  const double nan = std::nan("");
  const auto summary = summarize({10, 20, 30, 40}, {nan, 3, 4, nan}, "max");
  CHECK(summary.last == 4);
  CHECK(summary.best == 4);
  CHECK(summary.tail == 4);
}

TEST_CASE("series: one value at step 0 is its own mean, and no value at all gives NaN") {
  CHECK(summarize({0}, {7}, "min").tail == 7);
  CHECK(std::isnan(summarize({}, {}, "min").last));
  CHECK(std::isnan(summarize({10}, {std::nan("")}, "min").tail));
}

}  // namespace series_test
