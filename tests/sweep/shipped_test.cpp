// The experiments that come with the program, and what they resolve to.
#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "fixture.h"
#include "sweep/sweep_file.h"

namespace shipped_test {

using namespace monge;
using namespace monge::sweep;

namespace {

Experiment shipped(const std::string& name, const std::string& size = "") {
  return resolve(read_experiment(fixture::source / "experiments" / name, {{}, {}, "", "", size}),
                 fixture::catalogue());
}

const Json& critic_optimizer(const Cell& cell) { return cell.config["optimizer"]["critic"]; }

}  // namespace

TEST_CASE("experiments: clip_vs_gp is six cells of three seeds at one rate, RMSprop for clipping") {
  const Experiment experiment = shipped("clip_vs_gp.toml");
  CHECK(experiment.question.find("Does a gradient penalty train where weight clipping stalls?") == 0);
  CHECK(experiment.cells.size() == 6);
  CHECK(runs(experiment).size() == 18);
  CHECK(experiment.full_product);
  CHECK(experiment.warnings.empty());
  for (const Cell& cell : experiment.cells) {
    const bool clipped = cell.config["enforcer"][0]["plugin"] == "clip";
    CHECK(critic_optimizer(cell)["kind"] == (clipped ? "rmsprop" : "adam"));
    CHECK(critic_optimizer(cell)["learning_rate"] == 5e-4);
    CHECK(cell.config["train"]["generator_steps"] == 500);
    CHECK(cell.config["architecture"]["width"] == 16);
  }
}

TEST_CASE("experiments: the larger sizes of clip_vs_gp have the papers' learning rates") {
  for (const std::string size : {"laptop", "full"}) {
    for (const Cell& cell : shipped("clip_vs_gp.toml", size).cells) {
      const bool clipped = cell.config["enforcer"][0]["plugin"] == "clip";
      CHECK(critic_optimizer(cell)["kind"] == (clipped ? "rmsprop" : "adam"));
      CHECK(critic_optimizer(cell)["learning_rate"] == (clipped ? 5e-5 : 1e-4));
    }
  }
}

TEST_CASE("experiments: robustness is seven architectures, named, under three methods with their settings") {
  for (const std::string size : {"", "full"}) {
    const Experiment experiment = shipped("robustness.toml", size);
    CHECK(experiment.cells.size() == 21);
    CHECK(experiment.cells.front().label == "dcgan gan");
    CHECK(experiment.cells.back().label == "residual wgan_gp");
    for (const Cell& cell : experiment.cells) {
      const bool gan = cell.config["loss"]["plugin"] == "bce";
      CHECK(cell.config["architecture"]["plugin"] == "layers");
      CHECK(cell.config["train"]["latent"] == 128);
      CHECK(cell.config["train"]["critic_steps"] == (gan ? 1 : 5));
      CHECK(critic_optimizer(cell)["learning_rate"] == (gan ? 2e-4
                                                        : cell.config["enforcer"][0]["plugin"] == "clip"
                                                            ? 5e-5
                                                            : 1e-4));
    }
  }
}

// After a change that is meant: MONGE_WRITE_GOLDEN=1 test_sweep, and look at the difference.
TEST_CASE("experiments: clip_vs_gp resolves to the golden sweep.toml, identities included") {
  Experiment experiment = shipped("clip_vs_gp.toml");
  experiment.file = "experiments/clip_vs_gp.toml";
  const std::string text = sweep_file(experiment, {{"commit", "0"}});
  const std::filesystem::path golden = fixture::source / "tests/sweep/golden_clip_vs_gp.toml";
  if (std::getenv("MONGE_WRITE_GOLDEN") != nullptr) std::ofstream(golden) << text;
  std::ifstream file(golden);
  std::stringstream expected;
  expected << file.rdbuf();
  CHECK(text == expected.str());
}

}  // namespace shipped_test
