// Every loss with every enforcer, on networks for points and for small images.
#include "pack/combinations.h"

namespace combinations_test {

using namespace monge;
using namespace monge::test;

const Json kLayers = Json::parse(R"json({
  "plugin": "layers",
  "generator": ["linear(18)", "reshape({2, 3, 3})", "batch_norm()", "relu()",
                "conv_transpose(1, 4).stride(2).pad(1)", "output()"],
  "critic": ["conv(2, 3).stride(2).pad(1)", "leaky_relu(0.2)", "flatten()", "linear(1)"]
})json");

TEST_CASE("combinations: multilayer perceptrons") { check_all(kMlp); }
TEST_CASE("combinations: the Dirac-GAN") { check_all(named("dirac")); }
TEST_CASE("combinations: layers of an experiment file") { check_all(kLayers, {1, 6, 6}); }

TEST_CASE("combinations: every preset of the gradient penalty") {
  Opened opened;
  for (const auto& preset : opened.presets("enforcer", "gradient_penalty"))
    check(opened, {named("bce"), preset, kMlp});
}

}  // namespace combinations_test
