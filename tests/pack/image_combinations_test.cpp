// Every loss with every enforcer, on networks for images.
#include "pack/combinations.h"

namespace image_combinations_test {

using namespace monge;
using namespace monge::test;

TEST_CASE("image combinations: DCGAN, with batch norm") { check_all(kDcgan, {1, 28, 28}); }
TEST_CASE("image combinations: Lucic's networks") {
  check_all({{"plugin", "lucic"}, {"width", 2}}, {1, 28, 28});
}
// By vmap; all of them in joined batches, too, would take minutes.
TEST_CASE("image combinations: residual networks") {
  check_all({{"plugin", "resnet"}, {"width", 2}}, {1, 32, 32}, /*as_on_gpu=*/false);
}

TEST_CASE("image combinations: residual networks as on a GPU, and conditional ones") {
  Opened opened;
  const Json loss = named("hinge"), penalty = named("gradient_penalty");
  check(opened, {loss, penalty, {{"plugin", "resnet"}, {"width", 2}}, {1, 32, 32}});
  check(opened, {loss, penalty, {{"plugin", "dcgan"}, {"width", 2}}, {1, 28, 28}, 3});
  // Whose generator's turn has real samples and their classes, too.
  check(opened,
        {named("relativistic_pairing"), penalty, {{"plugin", "dcgan"}, {"width", 2}}, {1, 28, 28}, 3});
  check(opened, {loss, named("spectral_norm"), {{"plugin", "resnet"}, {"width", 2}}, {1, 32, 32}, 3});
}

}  // namespace image_combinations_test
