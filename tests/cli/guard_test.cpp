// Combinations that cannot mean what they say, as a user meets them before anything is trained.
#include <doctest/doctest.h>

#include "cli/runner.h"

namespace guard_test {

using namespace monge::cli::test;

namespace {

const std::string kImages = R"(# Is nonsense told?
[experiment]
name = "guard"
[train]
generator_steps = 2
batch_size = 8
[evaluate]
samples = 64
[dataset]
plugin = "fashion_mnist"
[architecture]
plugin = "dcgan"
width = 4
batch_norm = "both"
[loss]
plugin = "wasserstein"
[grid]
)";

Ended planned(const Scratch& folder, const std::string& enforcers) {
  write_file(folder / "x.toml", kImages + "enforcer = [" + enforcers + "]\n");
  return runner(folder.path(), {"sweep", "x.toml", "--plan"});
}

}  // namespace

TEST_CASE(
    "guard: batch norm in a penalised critic ends a sweep before it begins, at the architecture's line") {
  const Scratch folder;
  const Ended ended = planned(folder, R"("clip", "gradient_penalty")");
  CHECK(ended.code == 3);
  CHECK(without(ended.err, "x.toml:12:1: critic has batch norm") == "");
  CHECK(without(ended.err, "in cell enforcer=gradient_penalty") == "");
  CHECK(ended.out.empty());
}

TEST_CASE("guard: gains that clipping of weights does not hold are warned of, once for all cells") {
  const Scratch folder;
  const std::string clip = R"({ plugin = "clip", what = "weights", bound = )";
  const Ended ended = planned(folder, clip + "0.01 }, " + clip + "0.1 }");
  CHECK(ended.code == 0);
  CHECK(without(ended.err, "x.toml:12:1: critic has a normalisation with learned gains") == "");
  CHECK(without(ended.err, "and 1 more") == "");
  CHECK(without(ended.out, "2 runs") == "");
}

}  // namespace guard_test
