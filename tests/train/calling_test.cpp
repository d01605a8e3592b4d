#include "train/calling.h"

#include <doctest/doctest.h>

#include <new>

namespace calling_test {

using namespace monge;

namespace {

std::string said_of(void (*does)()) {
  try {
    does();
  } catch (const std::exception& error) {
    return train::words_of(error);
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("calling: an error of LibTorch is its sentence, without the stack") {
  const std::string said = said_of([] { TORCH_CHECK(false, "two rows, not three"); });
  CHECK(said == "two rows, not three");
}

TEST_CASE("calling: a lack of memory says how much was wanted and what to lower") {
  const std::string advice = train::kLessMemory;
  CHECK(said_of([] {
          at::empty({1'000'000, 1'000'000'000}, at::kFloat);
        }) == "not enough memory for 4e+06 GB at once" + advice);
  CHECK(said_of([] { throw std::bad_alloc(); }) == "not enough memory" + advice);
  CHECK(said_of([] { TORCH_CHECK_WITH(OutOfMemoryError, false, "CUDA out of memory"); }) ==
        "CUDA out of memory");  // which a smaller pack may mend
}

TEST_CASE("calling: the exit code that a plugin asks for is kept") {
  const auto exit_of = [](auto thrower) {
    try {
      train::calling("dataset/x", thrower);
    } catch (const train::PluginFault& fault) {
      return fault.exit();
    }
    return Exit::ok;
  };
  CHECK((exit_of([] { throw Error(Exit::experiment, "no file 'a'"); }) == Exit::experiment));
  CHECK((exit_of([] { throw std::runtime_error("no idea"); }) == Exit::failed));
}

TEST_CASE("calling: what a plugin throws names the plugin; a GPU's lack of memory is not its fault") {
  const auto fails = [](auto thrower) { return [thrower] { train::calling("loss/bce", thrower); }; };
  CHECK_THROWS_WITH_AS(fails([] { throw std::runtime_error("no"); })(), "in loss/bce: no",
                       train::PluginFault);
  CHECK_THROWS_WITH_AS(fails([] { throw 1; })(), "in loss/bce: it threw something that is no std::exception",
                       train::PluginFault);
  CHECK_THROWS_AS(fails([] { TORCH_CHECK_WITH(OutOfMemoryError, false, "full"); })(), c10::OutOfMemoryError);
}

TEST_CASE("calling: LibTorch names the function that it was in") {
  CHECK_THROWS_WITH_AS(
      train::calling("loss/bce", "critic", [] { TORCH_CHECK(false, "two rows, not three"); }),
      "in loss/bce: critic(): two rows, not three", train::PluginFault);
  CHECK_THROWS_WITH_AS(train::calling("loss/bce", "critic", [] { throw std::runtime_error("no"); }),
                       "in loss/bce: no", train::PluginFault);
  CHECK_THROWS_AS(
      train::calling("loss/bce", "critic", [] { TORCH_CHECK_WITH(OutOfMemoryError, false, "full"); }),
      c10::OutOfMemoryError);
}

TEST_CASE("calling: a GPU's lack of memory has several names") {
  const c10::SourceLocation here{__func__, __FILE__, __LINE__};
  CHECK(train::lacks_gpu_memory(c10::OutOfMemoryError(here, "full")));
  CHECK(train::lacks_gpu_memory(c10::AcceleratorError(here, 2, "CUDA error: out of memory")));
  CHECK_FALSE(
      train::lacks_gpu_memory(c10::AcceleratorError(here, 719, "CUDA error: unspecified launch failure")));
  CHECK(train::lacks_gpu_memory(
      c10::Error(here, "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate")));
  CHECK_FALSE(train::lacks_gpu_memory(std::bad_alloc()));
}

}  // namespace calling_test
