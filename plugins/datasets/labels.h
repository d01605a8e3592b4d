// Choosing samples by their labels.
#pragma once

#include <monge/dataset.h>
#include <monge/error.h>

#include <string>
#include <vector>

namespace monge::plugins {

inline constexpr const char* kDigitsDoc = "labels to keep, the rest is left out; empty: all";

inline constexpr const char* kTrainSamplesDoc =
    "the first so many training samples, the rest is left out; 0: all";

/// Leaves the first `count` training samples; all when it is 0.
inline Samples keep_first(Samples samples, std::int64_t count) {
  if (count == 0 || count >= samples.train.size(0)) return samples;
  samples.train = samples.train.narrow(0, 0, count).clone();
  if (samples.train_label.defined()) samples.train_label = samples.train_label.narrow(0, 0, count).clone();
  return samples;
}

/// Leaves the samples whose label is in `kept`; all when it is empty. `parameter` is its name, for the
/// faults.
inline void keep_labels(const std::string& parameter, const std::vector<std::int64_t>& kept, Tensor& samples,
                        Tensor& labels) {
  if (kept.empty()) return;
  if (!labels.defined()) {
    throw Error(Exit::experiment,
                "parameter '" + parameter + "' needs labels, and no file of labels is given");
  }
  const auto chosen = at::isin(labels, at::tensor(kept, at::kLong)).nonzero().flatten();
  if (chosen.numel() == 0) {
    throw Error(Exit::experiment, "parameter '" + parameter +
                                      "': no sample has any of these labels; the largest label is " +
                                      std::to_string(labels.max().item<std::int64_t>()));
  }
  samples = samples.index_select(0, chosen);
  labels = labels.index_select(0, chosen);
}

/// One label, 0 to `below` - 1, for each of `samples`; `place` and `samples_place` say where they are from.
inline void check_labels(const Tensor& labels, const std::string& place, const Tensor& samples,
                         const std::string& samples_place, std::int64_t below) {
  if (labels.size(0) != samples.size(0)) {
    throw Error(Exit::storage, place + " has " + std::to_string(labels.size(0)) + " labels for " +
                                   std::to_string(samples.size(0)) + " samples of " + samples_place);
  }
  for (const auto label : {labels.min().item<std::int64_t>(), labels.max().item<std::int64_t>()}) {
    if (label >= 0 && label < below) continue;
    throw Error(Exit::storage, place + " has a label " + std::to_string(label) + ", allowed are 0 to " +
                                   std::to_string(below - 1));
  }
}

}  // namespace monge::plugins
