#include "worker/arithmetic.h"

#include <ATen/Context.h>
#include <doctest/doctest.h>

namespace arithmetic_test {

using monge::worker::set_arithmetic;

TEST_CASE(
    "arithmetic: repeats itself in fp32, unless a run asks for less, and then the next run does again") {
  auto& context = at::globalContext();
  const auto repeats = [&] {
    return context.deterministicCuDNN() && context.deterministicAlgorithms() && !context.benchmarkCuDNN();
  };
  const auto takes_tf32 = [&] { return context.allowTF32CuDNN() || context.allowTF32CuBLAS(); };
  for (const char* precision : {"fp32", "fp64", "bf16"}) {
    set_arithmetic({{"precision", precision}}, /*on_gpu=*/true);
    CHECK(repeats());
    CHECK_FALSE(takes_tf32());
  }
  set_arithmetic({{"precision", "tf32"}, {"deterministic", false}}, true);
  CHECK_FALSE(repeats());
  CHECK(context.allowTF32CuDNN());
  CHECK(context.allowTF32CuBLAS());
  set_arithmetic({{"precision", "fp32"}, {"deterministic", true}}, true);
  CHECK(repeats());
  CHECK_FALSE(takes_tf32());
  set_arithmetic({{"precision", "fp32"}, {"deterministic", false}}, /*on_gpu=*/false);
  CHECK(repeats());
}

}  // namespace arithmetic_test
