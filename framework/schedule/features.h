// Has a classifier trained by a child, `runner-worker features`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace monge::schedule {

struct FeaturesOrder {
  std::filesystem::path worker;
  std::vector<std::filesystem::path> search_dirs;
  std::string dataset;            // a plugin's name
  double patience_seconds = 600;  // of silence: an epoch on a slow machine
};

struct Epoch {
  std::int64_t number = 0, of = 0;
  double loss = 0;
};

struct TrainedClassifier {
  std::string path, hash;
  double accuracy = 0, seconds = 0;  // share of the held-out samples
  std::int64_t samples = 0, classes = 0;
};

/// `heard` is told of each epoch. Throws Error with the child's own exit code and words, or
/// Error(Exit::failed) where it dies or hangs.
TrainedClassifier train_classifier(const FeaturesOrder& order,
                                   const std::function<void(const Epoch&)>& heard);

}  // namespace monge::schedule
