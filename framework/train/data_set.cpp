#include "train/data_set.h"

#include <monge/error.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <utility>

#include "train/calling.h"
#include "train/draws.h"

namespace monge::train {
namespace {

void check(const Tensor& samples, const std::string& key, const char* part) {
  const std::string its = key + ": its " + part + " split ";
  if (!samples.defined() || samples.numel() == 0) throw Error(Exit::experiment, its + "has no samples");
  if (samples.dim() != 2 && samples.dim() != 4) {
    throw Error(Exit::experiment,
                its + "must be [N, D] or [N, C, H, W], and is " + c10::str(samples.sizes()));
  }
  if (samples.scalar_type() != at::kByte && samples.scalar_type() != at::kFloat) {
    throw Error(Exit::experiment,
                its + "must be of uint8 or float32, and is of " + c10::toString(samples.scalar_type()));
  }
  if (samples.is_floating_point() && !at::isfinite(samples).all().item<bool>())
    throw Error(Exit::experiment, its + "has numbers that are not finite");
}

void check_modes(const Samples& samples, const std::string& key) {
  if (!samples.modes.defined()) return;
  const auto features = samples.train[0].numel();
  if (samples.modes.dim() == 2 && samples.modes.size(1) == features && samples.mode_sigma > 0) return;
  throw Error(Exit::experiment, key + ": its modes must be [M, " + std::to_string(features) +
                                    "] with a positive mode_sigma, got " + c10::str(samples.modes.sizes()) +
                                    " and " + std::to_string(samples.mode_sigma));
}

void check_fixed_generator(const Samples& samples, const std::string& key) {
  if (!samples.fake.defined() && !samples.fake_test.defined() && !samples.fake_test_slope.defined()) return;
  for (const Tensor& part : {samples.fake, samples.fake_test}) {
    if (part.defined() && part.dim() == samples.train.dim() && part.size(0) > 0 &&
        part.sizes().slice(1) == samples.train.sizes().slice(1) &&
        part.scalar_type() == samples.train.scalar_type())
      continue;
    throw Error(Exit::experiment,
                key +
                    ": a fixed generator has samples for both splits (fake, fake_test), of the "
                    "real ones' shape and type");
  }
  const Tensor& slope = samples.fake_test_slope;
  if (slope.defined() && (slope.sizes() != samples.fake_test.sizes() || slope.scalar_type() != at::kFloat)) {
    throw Error(Exit::experiment, key + ": fake_test_slope must be float32, one slope for each of fake_test");
  }
}

void check(const Samples& samples, const std::string& key) {
  check(samples.train, key, "training");
  check(samples.test, key, "held-out");
  if (samples.train.sizes().slice(1) != samples.test.sizes().slice(1)) {
    throw Error(Exit::experiment, key + ": its training samples are " + c10::str(samples.train.sizes()) +
                                      ", its held-out ones " + c10::str(samples.test.sizes()) +
                                      ": of another shape");
  }
  if (samples.train.scalar_type() == at::kByte && samples.range != Range::symmetric) {
    throw Error(Exit::experiment,
                key + ": uint8 samples are mapped to [-1, 1], so its range must be Range::symmetric");
  }
  check_modes(samples, key);
  check_fixed_generator(samples, key);
}

// Labels are 0 to classes - 1; which of them occur is the training split's to say.
std::int64_t classes_of(const Samples& samples, const std::string& key) {
  if (!samples.train_label.defined()) return 0;
  for (const auto& [label, part] :
       {std::pair{samples.train_label, samples.train}, std::pair{samples.test_label, samples.test}}) {
    if (!label.defined() || label.dim() != 1 || label.size(0) != part.size(0) ||
        label.scalar_type() != at::kLong || label.min().item<std::int64_t>() < 0) {
      throw Error(Exit::experiment, key + ": its labels must be one int64 of at least 0 for each sample");
    }
  }
  return std::max(samples.train_label.max().item<std::int64_t>(),
                  samples.test_label.max().item<std::int64_t>()) +
         1;
}

}  // namespace

std::vector<std::filesystem::path> data_folders(const std::string& name) {
  std::vector<std::filesystem::path> bases;
  if (const char* given = std::getenv("MONGE_DATA")) {
    std::istringstream list(given);
    for (std::string folder; std::getline(list, folder, ':');) {
      if (!folder.empty()) bases.emplace_back(folder);
    }
  }
  bases.insert(bases.end(), {"/usr/local/share/datasets", "/usr/share/datasets"});
  std::string dashed = name;
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  std::vector<std::filesystem::path> folders;
  for (const auto& base : bases) {
    folders.push_back(base / dashed);
    if (dashed != name) folders.push_back(base / name);
    folders.push_back(base);
  }
  return folders;
}

Samples load_samples(const plugin::Bound<Dataset>& dataset) {
  Draws draws(0, Purpose::dataset, 0, at::kFloat);
  const Source source{data_folders(dataset.library->name), draws};
  return calling(dataset.key(), [&] { return dataset->load(source); });
}

std::int64_t checked_classes(const Samples& samples, const std::string& key) {
  check(samples, key);
  return classes_of(samples, key);
}

}  // namespace monge::train
