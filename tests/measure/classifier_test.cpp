#include "measure/classifier.h"

#include <doctest/doctest.h>
#include <monge/error.h>

namespace classifier_test {

using namespace monge;
using measure::Classifier;

namespace {

/// Pictures with a bright quarter, which is their class: uint8 [n, 1, 16, 16].
Samples quarters() {
  train::Draws draws(3, train::Purpose::probe, 0, at::kFloat);
  const auto made = [&](std::int64_t n, Tensor& images, Tensor& labels) {
    labels = draws.index({n}, 4);
    images = draws.uniform({n, 1, 16, 16}) * 120;
    for (std::int64_t i = 0; i < n; ++i) {
      const auto label = labels[i].item<std::int64_t>();
      images[i][0].narrow(0, label / 2 * 8, 8).narrow(1, label % 2 * 8, 8) += 60;
    }
    images = images.to(at::kByte);
  };
  Samples samples;
  made(2000, samples.train, samples.train_label);
  made(300, samples.test, samples.test_label);
  return samples;
}

const Samples& data() {
  static const Samples samples = quarters();
  return samples;
}

}  // namespace

TEST_CASE("classifier: learns classes that can be seen, and tells of each epoch") {
  std::vector<double> losses;
  const auto classifier =
      measure::trained_classifier(data(), 4, [&](std::int64_t epoch, std::int64_t, double loss) {
        CHECK(epoch == static_cast<std::int64_t>(losses.size()) + 1);
        losses.push_back(loss);
      });
  REQUIRE(losses.size() > 1);
  CHECK(losses.back() < losses.front());
  CHECK(measure::accuracy(classifier, data()) > 0.95);
}

TEST_CASE("classifier: trained twice it has the same weights, bit for bit") {
  const auto silent = [](std::int64_t, std::int64_t, double) {};
  const auto one = measure::trained_classifier(data(), 4, silent),
             other = measure::trained_classifier(data(), 4, silent);
  CHECK(one.body_values.flat.equal(other.body_values.flat));
  CHECK(one.body_values.flat_buffers.equal(other.body_values.flat_buffers));
  CHECK(one.head_values.flat.equal(other.head_values.flat));
}

TEST_CASE("classifier: features of one sample do not depend on those beside it") {
  Classifier classifier({1, 16, 16}, 4, at::kCPU);
  train::initialise(classifier.body_values, classifier.body, 1, train::Purpose::probe);
  train::initialise(classifier.head_values, classifier.head, 2, train::Purpose::probe);
  const auto x = data().test.narrow(0, 0, 20).to(at::kFloat) / 127.5 - 1;
  const Features all = classifier(x), one = classifier(x.narrow(0, 7, 1));
  CHECK(all.x.sizes() == at::IntArrayRef({20, 64}));
  CHECK(all.probability.sum(1).allclose(at::ones({20})));
  CHECK(all.x[7].allclose(one.x[0], 1e-5, 1e-6));
}

TEST_CASE("classifier: three grey pictures as colours have the class that their digits write") {
  Classifier classifier({1, 16, 16}, 4, at::kCPU);
  train::initialise(classifier.body_values, classifier.body, 1, train::Purpose::probe);
  train::initialise(classifier.head_values, classifier.head, 2, train::Purpose::probe);
  classifier.head_values.flat.mul_(30);
  const auto grey = data().test.narrow(0, 0, 30).to(at::kFloat) / 127.5 - 1;
  const auto digits = classifier(grey).probability.argmax(1).view({10, 3});
  const auto extractor = measure::as_extractor(classifier, "classifier(quarters)", "");
  const Features stacked = extractor.extract(grey.view({10, 3, 16, 16}));
  CHECK(stacked.x.sizes() == at::IntArrayRef({10, 192}));
  CHECK(stacked.probability.sizes() == at::IntArrayRef({10, 64}));
  CHECK(stacked.probability.sum(1).allclose(at::ones({10})));
  CHECK(stacked.probability.argmax(1).equal(digits.select(1, 0) * 16 + digits.select(1, 1) * 4 +
                                            digits.select(1, 2)));
  CHECK(extractor.extract(grey).probability.sizes() == at::IntArrayRef({30, 4}));
}

TEST_CASE("classifier: points and tiny images are refused") {
  CHECK_THROWS_WITH_AS(Classifier({2}, 4, at::kCPU), doctest::Contains("not [2]"), Error);
  CHECK_THROWS_AS(Classifier({1, 8, 8}, 4, at::kCPU), Error);
}

}  // namespace classifier_test
