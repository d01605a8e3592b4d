#include "train/stages.h"

#include <doctest/doctest.h>

namespace stages_test {

using namespace monge;
using train::Network;

namespace {

std::vector<train::Stage> stages(const Layers& layers, const Shape& in, const Shape& out) {
  static std::vector<std::unique_ptr<Network>> kept;  // stages look at them
  kept.push_back(std::make_unique<Network>("net", layers, in, out, 3));
  return train::stages_of(*kept.back());
}

}  // namespace

TEST_CASE("stages: each affine layer with its norm, its activation and the shape that follows") {
  const auto all =
      stages({flatten(), linear(12), reshape({3, 2, 2}), batch_norm(), relu(), conv(2, 3).pad(1), tanh()},
             {4, 1, 1}, {2, 2, 2});
  REQUIRE(all.size() == 2);
  CHECK(all[0].out == Shape{3, 2, 2});
  CHECK(all[0].norm != nullptr);
  CHECK(all[0].activation->layer.kind == Layer::Kind::relu);
  CHECK_FALSE(all[0].piecewise_linear());
  CHECK(all[1].out == Shape{2, 2, 2});
  CHECK(all[1].norm == nullptr);
  CHECK_FALSE(all[1].piecewise_linear());  // tanh
  CHECK(stages({linear(2), leaky_relu(0.1), linear(1)}, {2}, {1})[0].piecewise_linear());
}

TEST_CASE("stages: what is no such chain has none") {
  CHECK(stages({relu(), linear(1)}, {2}, {1}).empty());
  CHECK(stages({linear(4), relu(), batch_norm(), linear(1)}, {2}, {1}).empty());
  CHECK(stages({linear(4), layer_norm(), linear(1)}, {2}, {1}).empty());
  CHECK(stages({residual({linear(2)}), linear(1)}, {2}, {1}).empty());
  CHECK(stages({linear(4), leaky_relu(0), linear(1)}, {2}, {1}).empty());  // its sign is lost
  // A norm of the features of a convolution that has been laid flat: its columns are not the images'.
  CHECK(stages({conv(3, 3).pad(1), flatten(), batch_norm(), linear(1)}, {1, 4, 4}, {1}).empty());
  CHECK(stages({conv(2, 3).pad(1), reshape({8, 2, 2}), batch_norm(), flatten(), linear(1)}, {1, 4, 4}, {1})
            .empty());
  CHECK(stages({conv_transpose(1, 3).stride(2).output_pad(1)}, {1, 2, 2}, {1, 6, 6}).empty());
}

}  // namespace stages_test
