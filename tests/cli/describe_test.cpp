// The describe child with the real worker and plugins, where the scripted one cannot answer.
#include "schedule/describe.h"

#include <doctest/doctest.h>

namespace describe_test {

using namespace monge::schedule;
using Json = nlohmann::json;

namespace {

const std::string kBuild = MONGE_BINARY_DIR;

Json config(int seconds) {
  const Json adam = {{"kind", "adam"}, {"learning_rate", 1e-3}, {"betas", {0.0, 0.9}}};
  return {{"dataset", {{"plugin", "loads_slowly"}, {"seconds", seconds}}},
          {"loss", {{"plugin", "wasserstein"}}},
          {"enforcer", Json::array({{{"plugin", "none"}}})},
          {"architecture", {{"plugin", "mlp"}, {"width", 8}, {"depth", 1}}},
          {"optimizer", {{"critic", adam}, {"generator", adam}}},
          {"train",
           {{"generator_steps", 1},
            {"batch_size", 8},
            {"critic_steps", 1},
            {"latent", 2},
            {"warm_up", false},
            {"precision", "fp32"}}},
          {"record", {{"every", 1}}},
          {"evaluate", {{"every", 1}, {"samples", 16}, {"metrics", Json::array()}}}};
}

}  // namespace

TEST_CASE("describe: a data set that loads for longer than a child may be silent is waited for") {
  constexpr double kPatience = 2.5;
  Describer describer(kBuild + "/runner-worker", {kBuild + "/bad_plugins", kBuild + "/plugins"}, kPatience);
  describer.plugins({"dataset/loads_slowly"});
  const auto facts = describer.cells({config(5)}, "cpu");
  REQUIRE(facts.size() == 1);
  CHECK(facts[0].error == "");
  CHECK(facts[0].sample == std::vector<std::int64_t>{2});
}

}  // namespace describe_test
