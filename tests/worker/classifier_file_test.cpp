#include "worker/classifier_file.h"

#include <doctest/doctest.h>
#include <monge/error.h>

#include "record/access.h"
#include "record/group_file.h"
#include "scratch.h"

namespace classifier_file_test {

using namespace monge;
using measure::Classifier;

namespace {

Classifier made() {
  Classifier classifier({1, 16, 20}, 3, at::kCPU);
  train::initialise(classifier.body_values, classifier.body, 1, train::Purpose::probe);
  train::initialise(classifier.head_values, classifier.head, 2, train::Purpose::probe);
  return classifier;
}

}  // namespace

TEST_CASE("classifier file: what is written is read again") {
  const test::Scratch folder;
  const auto path = folder / "deep" / "made.h5";
  const Classifier before = made();
  worker::write_classifier(path, before, {"made", "data", 0.5});
  const Classifier after = worker::read_classifier(path, at::kCPU);
  CHECK(after.sample == Shape{1, 16, 20});
  CHECK(after.classes == 3);
  CHECK(worker::hash_of(after) == worker::hash_of(before));
  CHECK(after.body_values.flat.equal(before.body_values.flat));
  CHECK(after.body_values.flat_buffers.equal(before.body_values.flat_buffers));
  CHECK(after.head_values.flat.equal(before.head_values.flat));
}

TEST_CASE(
    "classifier file: another weight has another hash, and a file that is not what it says is refused") {
  const test::Scratch folder;
  const Classifier classifier = made();
  const std::string hash = worker::hash_of(classifier);
  worker::write_classifier(folder / "made.h5", classifier, {"made", "data", 0.5});
  record::Group file = record::read(folder / "made.h5");
  for (auto& variable : file.variables) {
    if (variable.name != "head_0_linear_bias") continue;
    std::get<std::vector<float>>(variable.values).at(1) += 1;
  }
  record::write(folder / "made.h5", file, record::Compression::none);
  CHECK_THROWS_WITH_AS(worker::read_classifier(folder / "made.h5", at::kCPU),
                       doctest::Contains("runner features train"), Error);
  classifier.head_values.flat.add_(1);
  CHECK(worker::hash_of(classifier) != hash);
}

}  // namespace classifier_file_test
