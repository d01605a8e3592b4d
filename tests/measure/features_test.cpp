#include "measure/features.h"

#include <doctest/doctest.h>
#include <monge/error.h>
#include <torch/script.h>

#include "scratch.h"

namespace features_test {

using namespace monge;
using measure::features_of;
using measure::torchscript;

namespace {

/// A TorchScript file with this body of `forward(self, x)`.
std::filesystem::path script(const test::Scratch& folder, const std::string& body) {
  torch::jit::Module module("extractor");
  module.register_buffer("two", at::full({}, 2.0));
  module.define("def forward(self, x):\n  " + body + "\n");
  const auto path = folder / "extractor.pt";
  module.save(path.string());
  return path;
}

Tensor samples(std::int64_t n) { return at::arange(n * 12, at::kDouble).view({n, 3, 2, 2}) / 100; }

}  // namespace

TEST_CASE("features: pixels are the samples' own numbers in their own precision") {
  const auto x = samples(5);
  const Features features = features_of(measure::pixels(), x);
  CHECK(features.x.equal(x.flatten(1)));
  CHECK_FALSE(features.probability.defined());
}

TEST_CASE("features: a TorchScript file gives features, in portions the same as at once") {
  const test::Scratch folder;
  const auto extractor = torchscript(script(folder, "return x.flatten(1) * self.two"), "abc", at::kCPU);
  CHECK(extractor.name == "torchscript(extractor.pt)");
  CHECK(extractor.hash == "abc");
  const auto x = samples(600);
  CHECK(features_of(extractor, x).x.equal(x.to(at::kFloat).flatten(1) * 2));
}

TEST_CASE("features: a tuple is features and class probabilities") {
  const test::Scratch folder;
  const auto extractor =
      torchscript(script(folder, "return (x.flatten(1), x.flatten(1).softmax(1))"), "", at::kCPU);
  const Features features = features_of(extractor, samples(300));
  CHECK(features.probability.sizes() == at::IntArrayRef({300, 12}));
  CHECK(features.probability.sum(1).allclose(at::ones({300})));
}

TEST_CASE("features: what an extractor must not give is refused with its name") {
  const test::Scratch folder;
  const auto refusal = [&](const std::string& body) -> std::string {
    const auto extractor = torchscript(script(folder, body), "", at::kCPU);
    try {
      features_of(extractor, samples(4));
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(refusal("return x").find("torchscript(extractor.pt) gives [4, 3, 2, 2] for 4 samples") !=
        std::string::npos);
  CHECK(refusal("return x.sum()").find("gives [] for 4 samples") != std::string::npos);
  CHECK(refusal("return [x, x]").find("it must give features [n, F], or a tuple") != std::string::npos);
  CHECK(refusal("return (x.flatten(1), x.flatten(1))").find("rows do not add to 1") != std::string::npos);
  CHECK(refusal("return x.view(7, 7)").find("fails on samples [4, 3, 2, 2]") != std::string::npos);
}

TEST_CASE("features: a file that is no TorchScript is refused with its path") {
  const test::Scratch folder;
  std::ofstream(folder / "text.pt") << "no model";
  CHECK_THROWS_WITH_AS(torchscript(folder / "text.pt", "", at::kCPU), doctest::Contains("cannot be loaded"),
                       Error);
}

}  // namespace features_test
