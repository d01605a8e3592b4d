// Extractors: what turns samples into the features that metrics compare.
#pragma once

#include <monge/metric.h>

#include <filesystem>
#include <functional>
#include <string>

namespace monge::measure {

struct Extractor {
  std::string name;  // "pixels", "classifier(mnist)", "torchscript(inception.pt)"
  std::string hash;  // SHA-256 of what computes them; "none" of pixels
  /// Samples [n, ...] in the data's range -> a row each, which depends on that sample alone.
  std::function<Features(const Tensor&)> extract;
};

/// The samples themselves: [n, C, H, W] -> [n, C H W].
Extractor pixels();

/// A TorchScript file whose forward takes [n, C, H, W] or [n, D] float32, images in [-1, 1], and gives
/// features [n, F], or a tuple of them and class probabilities [n, K]; resizing and the like are its own.
/// `hash` is the file's SHA-256. Throws Error(Exit::experiment) where it cannot be loaded.
Extractor torchscript(const std::filesystem::path& file, std::string hash, at::Device device);

/// Features of all samples, by portions that bound the memory. Throws Error(Exit::experiment) that names the
/// extractor where what it gives is not what is promised above.
Features features_of(const Extractor& extractor, const Tensor& samples);

}  // namespace monge::measure
