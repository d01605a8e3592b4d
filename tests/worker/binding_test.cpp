#include "worker/binding.h"

#include <doctest/doctest.h>
#include <monge/error.h>

namespace binding_test {

using namespace monge;
using namespace monge::worker;

TEST_CASE("binding: a device is the processor or a GPU by its number") {
  CHECK(device_of("cpu") == at::Device(at::kCPU));
  for (const char* name : {"auto", "cuda", "gpu", ""}) {
    CHECK_THROWS_WITH_AS(device_of(name),
                         ("--device " + std::string(name) + ": must be cpu or cuda:N").c_str(), Error);
  }
  CHECK_THROWS_WITH_AS(device_of("cuda:99"), doctest::Contains("--device cuda:99: this machine has "), Error);
}

}  // namespace binding_test
