#include "worker/extractor.h"

#include <monge/error.h>

#include <filesystem>

#include "worker/binding.h"
#include "worker/classifier_file.h"

namespace monge::worker {
namespace {

// Three digits in a picture are looked at one by one.
std::string classifier_of(const std::string& dataset) {
  return dataset == "stacked_mnist" ? "mnist" : dataset;
}

void check_fit(const measure::Classifier& classifier, const std::string& of, const Shape& sample) {
  const Shape& own = classifier.sample;
  const bool stacked =
      sample.size() == 3 && sample[0] == 3 && own[0] == 1 && sample[1] == own[1] && sample[2] == own[2];
  if (sample == own || stacked) return;
  throw Error(Exit::experiment, "evaluate.features: the classifier of '" + of + "' is for samples " +
                                    c10::str(at::IntArrayRef(own)) + ", not for this data set's " +
                                    c10::str(at::IntArrayRef(sample)));
}

measure::Extractor classifier_for(const std::string& dataset, const LoadedData& data, at::Device device) {
  const std::string of = classifier_of(dataset);
  const auto path = classifier_path(of);
  if (!std::filesystem::exists(path)) {
    throw Error(Exit::experiment,
                "evaluate.features = \"classifier\": there is no " + path.string() +
                    "; train it, once for all experiments: runner features train --dataset " + of);
  }
  auto classifier = read_classifier(path, device);
  check_fit(classifier, of, data.samples.train.sizes().slice(1).vec());
  auto hash = hash_of(classifier);
  return measure::as_extractor(std::move(classifier), "classifier(" + of + ")", std::move(hash));
}

}  // namespace

measure::Extractor extractor_of(const nlohmann::json& features, const std::string& dataset,
                                const LoadedData& data, at::Device device) {
  if (features.is_object()) {
    const std::string file = features.at("torchscript");
    if (!std::filesystem::is_regular_file(file)) {
      throw Error(Exit::experiment, "evaluate.features: no TorchScript file '" + file +
                                        "'; its path is taken from the working folder");
    }
    return measure::torchscript(file, hash_of_file(file), device);
  }
  return features == "classifier" ? classifier_for(dataset, data, device) : measure::pixels();
}

}  // namespace monge::worker
