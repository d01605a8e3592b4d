// The project's classifiers as files of the cache: made once by `runner features train`, read by every run.
#pragma once

#include <filesystem>
#include <string>

#include "measure/classifier.h"

namespace monge::worker {

/// What is said of a classifier beside its weights.
struct ClassifierFacts {
  std::string dataset, data_hash;  // the plugin's name and the SHA-256 of what it was trained on
  double accuracy = 0;             // on the held-out samples
};

/// SHA-256 over weights and running averages.
std::string hash_of(const measure::Classifier& classifier);

/// MONGE_CACHE/classifiers/<dataset>.h5.
std::filesystem::path classifier_path(const std::string& dataset);

/// Throws Error(Exit::storage) where nothing can be written beside `path`, whose folder it makes.
void try_to_write(const std::filesystem::path& path);

/// Replaces the file whole. Throws Error(Exit::storage).
void write_classifier(const std::filesystem::path& path, const measure::Classifier& classifier,
                      const ClassifierFacts& facts);

/// Throws Error(Exit::storage) where the file is unreadable or not what its hash says.
measure::Classifier read_classifier(const std::filesystem::path& path, at::Device device);

}  // namespace monge::worker
