// A small convolutional classifier that the project trains itself, as an extractor for data that Inception
// was not made for: its last hidden layer gives the features, its softmax the class probabilities.
#pragma once

#include <monge/dataset.h>

#include <functional>
#include <string>

#include "measure/features.h"
#include "train/arena.h"

namespace monge::measure {

struct Classifier {
  Shape sample;                           // [C, H, W]
  std::int64_t classes = 0;               // K
  train::Network body, head;              // [C, H, W] -> [64], [64] -> [K]
  train::Arena body_values, head_values;  // float32

  /// With weights of zero. Throws Error(Exit::experiment) for samples that are no images, or too small ones.
  Classifier(const Shape& image, std::int64_t count, at::Device device);

  /// [n, C, H, W] in [-1, 1] -> features [n, 64] after their ReLU, and class probabilities.
  Features operator()(const Tensor& samples) const;
};

/// Called after each epoch with the mean loss in it.
using Epochs = std::function<void(std::int64_t epoch, std::int64_t epochs, double loss)>;

/// Trains on all of `samples.train`: the same weights from the same data, LibTorch, processor and number of
/// threads.
Classifier trained_classifier(const Samples& samples, std::int64_t classes, const Epochs& told);

/// The share of held-out samples that it puts in their class.
double accuracy(const Classifier& classifier, const Samples& samples);

/// For data [n, C, H, W] like those it was trained on, or [n, 3, H, W] of three grey pictures each (stacked
/// MNIST): then features are those of the three, and class (i, j, k) of K^3 is number i K^2 + j K + k.
Extractor as_extractor(Classifier classifier, std::string name, std::string hash);

}  // namespace monge::measure
