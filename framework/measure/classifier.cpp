#include "measure/classifier.h"

#include <monge/error.h>
#include <torch/autograd.h>

#include <algorithm>
#include <utility>

#include "train/forward.h"
#include "train/game.h"
#include "train/optimizer.h"

namespace monge::measure {
namespace {

using train::Purpose;

constexpr std::int64_t kFeatures = 64, kBatch = 128, kEpochs = 5;

Layers body_layers(const Shape& image) {
  if (image.size() != 3 || image[1] < 16 || image[2] < 16) {
    throw Error(Exit::experiment, "a classifier is for images of at least 16x16 pixels, [C, H, W], not " +
                                      c10::str(at::IntArrayRef(image)));
  }
  return {conv(32, 4).stride(2).pad(1),
          batch_norm(),
          relu(),
          conv(64, 4).stride(2).pad(1),
          batch_norm(),
          relu(),
          flatten(),
          linear(kFeatures),
          relu()};
}

Tensor run(const train::Network& network, const Tensor& x, const train::Arena& arena, bool training) {
  return train::forward(
      network, x,
      {.parameters = training ? arena.leaves : arena.values, .buffers = arena.buffers, .training = training});
}

// One network of the two and what its optimiser remembers.
struct Learner {
  train::Network& network;
  train::Arena& arena;
  train::Moments moments;

  Learner(train::Network& of, train::Arena& values, std::uint64_t seed)
      : network(of), arena(values), moments(values.flat, values.values) {
    train::initialise(arena, network, seed, Purpose::classifier);
  }
  void update(const train::OptimizerSettings& settings, std::int64_t step, at::TensorList gradients) {
    train::gather(gradients, moments);
    train::update(settings, train::learning_rate_at(settings, step), arena.flat, moments);
  }
};

}  // namespace

Classifier::Classifier(const Shape& image, std::int64_t count, at::Device device)
    : sample(image),
      classes(count),
      body("classifier", body_layers(image), image, {kFeatures}),
      head("classifier's head", {linear(count)}, {kFeatures}, {count}),
      body_values(body, at::TensorOptions(device).dtype(at::kFloat)),
      head_values(head, at::TensorOptions(device).dtype(at::kFloat)) {}

Features Classifier::operator()(const Tensor& samples) const {
  at::NoGradGuard no_grad;
  const auto x = run(body, samples.to(at::kFloat), body_values, false);
  return {x, run(head, x, head_values, false).softmax(1)};
}

Classifier trained_classifier(const Samples& samples, std::int64_t classes, const Epochs& told) {
  const at::TensorOptions options = at::TensorOptions(samples.train.device()).dtype(at::kFloat);
  Classifier made(samples.train.sizes().slice(1).vec(), classes, samples.train.device());
  Learner body(made.body, made.body_values, 0), head(made.head, made.head_values, 1);
  const std::int64_t count = samples.train.size(0), batches = std::max<std::int64_t>(count / kBatch, 1);
  train::OptimizerSettings settings;
  settings.learning_rate = 2e-3;
  settings.beta1 = 0.9;
  settings.schedule = train::OptimizerSettings::Schedule::cosine;
  settings.schedule_steps = kEpochs * batches;
  std::vector<Tensor> leaves = made.body_values.leaves;
  leaves.insert(leaves.end(), made.head_values.leaves.begin(), made.head_values.leaves.end());
  for (std::int64_t epoch = 0, step = 1; epoch < kEpochs; ++epoch) {
    train::Draws draws(0, Purpose::classifier, static_cast<std::uint64_t>(epoch), options.dtype(at::kDouble),
                       train::stream_of("order"));
    const auto order = draws.uniform({count}).argsort(/*stable=*/true, /*dim=*/0, /*descending=*/false);
    auto sum = at::zeros({}, options);
    for (std::int64_t batch = 0; batch < batches; ++batch, ++step) {
      const auto chosen = order.narrow(0, batch * kBatch, std::min(kBatch, count));
      const auto x = train::normalised(samples.train.index_select(0, chosen), options);
      const auto logits = run(made.head, run(made.body, x, made.body_values, true), made.head_values, true);
      const auto loss = at::cross_entropy_loss(logits, samples.train_label.index_select(0, chosen));
      const auto gradients = torch::autograd::grad({loss}, leaves);
      const auto split = static_cast<std::ptrdiff_t>(made.body_values.leaves.size());
      sum += loss.detach();
      body.update(settings, step, std::vector<Tensor>(gradients.begin(), gradients.begin() + split));
      head.update(settings, step, std::vector<Tensor>(gradients.begin() + split, gradients.end()));
    }
    told(epoch + 1, kEpochs, sum.item<double>() / static_cast<double>(batches));
  }
  return made;
}

double accuracy(const Classifier& classifier, const Samples& samples) {
  const auto normal =
      train::normalised(samples.test, at::TensorOptions(samples.test.device()).dtype(at::kFloat));
  const auto found = features_of({"classifier", "", classifier}, normal).probability.argmax(1);
  return (found == samples.test_label).to(at::kDouble).mean().item<double>();
}

Extractor as_extractor(Classifier classifier, std::string name, std::string hash) {
  const auto extract = [classifier = std::move(classifier)](const Tensor& samples) -> Features {
    const std::int64_t n = samples.size(0);
    if (samples.sizes().slice(1) == at::IntArrayRef(classifier.sample)) return classifier(samples);
    const auto each = classifier(samples.reshape({3 * n, 1, samples.size(2), samples.size(3)}));
    const auto p = each.probability.view({n, 3, classifier.classes});
    const auto pairs = (p.select(1, 0).unsqueeze(2) * p.select(1, 1).unsqueeze(1)).flatten(1);  // [n, K^2]
    return {each.x.view({n, -1}), (pairs.unsqueeze(2) * p.select(1, 2).unsqueeze(1)).flatten(1)};
  };
  return {std::move(name), std::move(hash), extract};
}

}  // namespace monge::measure
