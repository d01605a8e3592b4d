#include "sweep/nearest.h"

#include <doctest/doctest.h>

namespace nearest_test {

using namespace monge::sweep;

TEST_CASE("nearest: swaps, omissions and insertions of up to two letters are understood") {
  const std::vector<std::string> known{"weight", "target", "sides"};
  CHECK(nearest("weigth", known) == "weight");
  CHECK(nearest("weght", known) == "weight");
  CHECK(nearest("wweightt", known) == "weight");
  CHECK(nearest("side", known) == "sides");
}

TEST_CASE("nearest: capital letters do not count, and of long words a third may be wrong") {
  CHECK(nearest("MLP", {"mlp", "lucic"}) == "mlp");
  CHECK(nearest("grad_penalty", {"clip", "gradient_penalty"}) == "gradient_penalty");
  CHECK(nearest("fashionMNIST", {"mnist", "fashion_mnist"}) == "fashion_mnist");
}

TEST_CASE("nearest: nothing is proposed for a word that is far from all") {
  CHECK(nearest("momentum", {"weight", "target"}).empty());
  CHECK(nearest("lr", {"ab", "cd"}).empty());
  CHECK(nearest("", {"a"}).empty());
  CHECK(nearest("x", {}).empty());
  CHECK(did_you_mean("zzzz", {"weight"}).empty());
}

TEST_CASE("nearest: the nearer of two words wins, the first of equals") {
  CHECK(nearest("clop", {"clips", "clip"}) == "clip");
  CHECK(nearest("bat", {"cat", "hat"}) == "cat");
  CHECK(did_you_mean("weigth", {"weight"}) == "; did you mean 'weight'?");
}

}  // namespace nearest_test
