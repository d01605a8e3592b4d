#include "schedule/estimate.h"

#include <doctest/doctest.h>

namespace estimate_test {

using namespace monge::schedule;
using Json = nlohmann::json;

TEST_CASE("estimates: own runs first, then other cells by FLOPs, then an assumed speed") {
  std::vector<CellFacts> facts(4);
  facts[0].step_flops = 40e9;
  facts[1].step_flops = 20e9;
  facts[3].step_flops = 100;
  Estimates estimates(facts, "cpu");
  CHECK(estimates.seconds_per_step(0, 0) == doctest::Approx(2.001));
  CHECK(estimates.seconds_per_step(2, 0) == 0);                       // unknown
  CHECK(estimates.seconds_per_step(3, 0) == doctest::Approx(0.001));  // its calls
  CHECK(estimates.basis() == "assuming 20 GFLOP/s a worker and 1 ms a step");
  estimates.learn(0, 100, 50, 0);
  CHECK(estimates.seconds_per_step(0, 0) == doctest::Approx(0.5));
  CHECK(estimates.seconds_per_step(1, 0) == doctest::Approx(0.25));
  CHECK(estimates.seconds_per_step(2, 0) == doctest::Approx(0.5));  // nothing known but the mean
  CHECK(estimates.basis() == "from 1 earlier run");
}

TEST_CASE("estimates: on disk a run has its evaluations, its animation and its share of sweep.h5") {
  std::vector<CellFacts> facts(1);
  facts[0].sample = {2};
  facts[0].state_bytes = 8'000;
  const Estimates estimates(facts, "cpu");
  // As measured, for 20 steps of a small network on `ring`: run.h5 113 and 234, state.h5 48, samples.gif 41
  // and 197, in sweep.h5 107 and 167 thousand bytes.
  const auto every = [](int steps) {
    return Json{{"train", {{"generator_steps", 20}}}, {"evaluate", {{"every", steps}}}};
  };
  CHECK(estimates.bytes(0, every(10)) == doctest::Approx(309e3).epsilon(0.3));
  CHECK(estimates.bytes(0, every(2)) == doctest::Approx(646e3).epsilon(0.3));
  Json still = every(2);
  still["record"]["animation"] = false;
  CHECK(estimates.bytes(0, still) < estimates.bytes(0, every(2)) - 197e3);
}

TEST_CASE("estimates: what a pack takes is shared by its runs, and computed at once") {
  std::vector<CellFacts> facts(1);
  facts[0].step_flops = 2e9;
  Estimates estimates(facts, "cpu");
  CHECK(estimates.seconds_per_step(0, 0) == doctest::Approx(0.101));
  CHECK(estimates.seconds_per_step(0, 1) == doctest::Approx(0.101));
  CHECK(estimates.seconds_per_step(0, 4) == doctest::Approx(0.10025));
  estimates.learn(0, 100, 50, 4);
  CHECK(estimates.seconds_per_step(0, 4) == doctest::Approx(0.125));
}

TEST_CASE("estimates: on a GPU they are within a factor of two of what docs/performance.md measured") {
  struct Measured {
    double step_flops;
    std::size_t company;  // 0: alone, kernel by kernel
    double steps_per_second;
  };
  for (const Measured& measured :
       {Measured{16.1e9, 64, 3448}, Measured{1.02e9, 64, 20819}, Measured{4.57e9, 64, 7652},
        Measured{13.3e9, 64, 2377}, Measured{794e9, 16, 86.5}, Measured{1.02e9, 0, 36.6},
        Measured{13.3e9, 0, 36.6}, Measured{794e9, 0, 13.6}}) {
    CAPTURE(measured.step_flops);
    std::vector<CellFacts> facts(1);
    facts[0].step_flops = measured.step_flops;
    const Estimates estimates(facts, "cuda:0");
    const double ratio = estimates.seconds_per_step(0, measured.company) * measured.steps_per_second;
    CHECK(ratio > 0.5);
    CHECK(ratio < 2);
    CHECK(estimates.basis() == "assuming an H100");
  }
}

}  // namespace estimate_test
