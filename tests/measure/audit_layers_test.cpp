#include "measure/audit_layers.h"

#include <doctest/doctest.h>

#include <cmath>

#include "train/draws.h"

namespace audit_layers_test {

using namespace monge;

namespace {

train::Draws draws(std::uint64_t counter) {
  return {5, train::Purpose::dataset, counter, at::TensorOptions(at::kDouble)};
}

// Column k is the layer's answer to the kth unit vector.
Tensor dense(const std::function<Tensor(const Tensor&)>& map, const Shape& input) {
  const std::int64_t size = c10::multiply_integers(input);
  Shape shape = input;
  shape.insert(shape.begin(), size);
  return map(at::eye(size, at::kDouble).view(shape)).flatten(1).t();
}

measure::Spectra spectra_of(const Layers& layers, const Shape& input, const Shape& output,
                            const std::vector<Tensor>& values, std::int64_t classes = 0) {
  const train::Network network("critic", layers, input, output, classes);
  return measure::spectra(network, values, 1);
}

}  // namespace

TEST_CASE("spectra: a diagonal matrix has its largest entry, a matrix of rank one the stable rank 1") {
  const auto diagonal = at::diag(at::tensor({1.0, -3.0, 2.0}, at::kDouble));
  const auto u = draws(0).normal({3, 1}), v = draws(1).normal({1, 3});
  const auto found =
      spectra_of({linear(3).bias(false), relu(), linear(3).bias(false)}, {3}, {3}, {diagonal, u.matmul(v)});
  CHECK(found.norm[0] == doctest::Approx(3).epsilon(1e-12));
  CHECK(found.stable_rank[0] == doctest::Approx(14.0 / 9).epsilon(1e-12));
  CHECK(found.norm[1] == doctest::Approx((u.norm() * v.norm()).item<double>()).epsilon(1e-12));
  CHECK(found.stable_rank[1] == doctest::Approx(1).epsilon(1e-12));
}

TEST_CASE("spectra: a linear layer of any shape has the largest singular value of its matrix") {
  for (const auto& [out, in] : {std::pair{7, 40}, std::pair{40, 7}}) {
    const auto w = draws(2).normal({out, in});
    const auto found = spectra_of({linear(out).bias(false)}, {in}, {out}, {w.to(at::kFloat)});
    CHECK(found.norm[0] ==
          doctest::Approx(at::linalg_svdvals(w)[0].item<double>()).epsilon(1e-6));  // of the rounded weights
  }
}

TEST_CASE("spectra: a convolution has the norms of its dense matrix at its input's shape") {
  struct Case {
    Layer layer;
    Shape input, output, kernel;
  };
  const std::vector<Case> cases = {
      {conv(5, 4).stride(2).pad(1), {3, 12, 12}, {5, 6, 6}, {5, 3, 4, 4}},
      {conv(4, 3).pad(1), {2, 9, 7}, {4, 9, 7}, {4, 2, 3, 3}},
      {conv(2, 3).stride(2), {2, 8, 8}, {2, 3, 3}, {2, 2, 3, 3}},  // a row and a column are seen by nobody
      {conv(3, 2), {1, 2, 2}, {3, 1, 1}, {3, 1, 2, 2}},            // fewer dimensions than steps
      {conv(1, 1), {1, 9, 9}, {1, 9, 9}, {1, 1, 1, 1}},            // one singular value, many times
      {conv_transpose(3, 4).stride(2).pad(1), {4, 5, 5}, {3, 10, 10}, {4, 3, 4, 4}},
      {conv_transpose(2, 3).stride(2).pad(1).output_pad(1), {3, 4, 4}, {2, 8, 8}, {3, 2, 3, 3}},
  };
  for (const auto& c : cases) {
    const auto w = draws(3).normal(c.kernel);
    const std::vector<std::int64_t> stride(2, c.layer.stride_), pad(2, c.layer.pad_),
        more(2, c.layer.output_pad_);
    const bool forward = c.layer.kind == Layer::Kind::conv;
    const auto matrix = dense(
        [&](const Tensor& x) {
          return forward ? at::conv2d(x, w, {}, stride, pad)
                         : at::conv_transpose2d(x, w, {}, stride, pad, more);
        },
        c.input);
    const auto found = spectra_of(Layers{c.layer.bias(false)}, c.input, c.output, {w});
    const double norm = at::linalg_svdvals(matrix)[0].item<double>();
    CHECK(found.norm[0] == doctest::Approx(norm).epsilon(1e-6));
    CHECK(found.norm[0] <= norm * (1 + 1e-12));
    CHECK(found.stable_rank[0] ==
          doctest::Approx(matrix.square().sum().item<double>() / (norm * norm)).epsilon(2e-6));
  }
}

TEST_CASE("spectra: a constant kernel on a large image stretches by nearly its sum") {
  const Layers layers = {conv(1, 3).pad(1).bias(false)};
  const auto found = spectra_of(layers, {1, 64, 64}, {1, 64, 64}, {at::full({1, 1, 3, 3}, 1.0, at::kDouble)});
  // The tridiagonal Toeplitz matrix of (1, 1, 1) has the eigenvalue 1 + 2 cos(pi / 65), in both directions.
  const double side = 1 + 2 * std::cos(M_PI / 65);
  CHECK(found.norm[0] == doctest::Approx(side * side).epsilon(2e-3));
  CHECK(found.norm[0] < side * side);
}

TEST_CASE("spectra: the projection of classes has its steepest class; what is no map of its input has none") {
  const auto w = at::tensor({3.0, 0.0}, at::kDouble).view({1, 2}),
             embedding = at::tensor({0.0, 4.0, -3.0, 1.0}, at::kDouble).view({2, 2});
  const auto bias = at::zeros({1}, at::kDouble), gain = at::ones({2}, at::kDouble);
  const train::Network network("critic", Layers{layer_norm(), project_label()}, {2}, {1}, 2);
  const auto found = measure::spectra(network, {gain, bias.expand({2}), w, bias, embedding}, 1);
  CHECK(std::isnan(found.norm[0]));
  CHECK(std::isnan(found.stable_rank[0]));
  CHECK(found.norm[1] == doctest::Approx(5));
  CHECK(found.stable_rank[1] == doctest::Approx(1));
  CHECK(measure::layer_names(network) == std::vector<std::string>{"0.layer_norm", "1.project_label"});
}

TEST_CASE("spectra: weights that are not finite have no norm, zero ones no stable rank") {
  const auto found = spectra_of({linear(2).bias(false), linear(2).bias(false)}, {2}, {2},
                                {at::full({2, 2}, NAN, at::kDouble), at::zeros({2, 2}, at::kDouble)});
  CHECK(std::isnan(found.norm[0]));
  CHECK(found.norm[1] == 0);
  CHECK(std::isnan(found.stable_rank[1]));
}

TEST_CASE("gradient norms: those of the layers, whose squares add up to the whole") {
  const train::Network network(
      "critic", Layers{linear(4), relu(), residual({linear(4), layer_norm()}), linear(1)}, {3}, {1});
  const auto gradient = draws(4).normal({network.size()});
  const auto norms = measure::gradient_norms(network, gradient);
  REQUIRE(norms.size() == measure::layer_names(network).size());
  CHECK(norms.size() == 4);
  CHECK(norms[0] == doctest::Approx(gradient.narrow(0, 0, 16).norm().item<double>()).epsilon(1e-12));
  double squares = 0;
  for (const double norm : norms) squares += norm * norm;
  CHECK(std::sqrt(squares) == doctest::Approx(gradient.norm().item<double>()).epsilon(1e-12));
  // Of twelve clipped layers the first has such gradients, whose squares no float holds.
  const auto small = measure::gradient_norms(network, (gradient * 1e-30).to(at::kFloat));
  for (std::size_t i = 0; i < norms.size(); ++i) CHECK(small[i] * 1e30 == doctest::Approx(norms[i]));
}

}  // namespace audit_layers_test
