// A data set of four IDX files: where they are, and what must hold between them.
#pragma once

#include <monge/dataset.h>

#include <algorithm>
#include <string>
#include <vector>

#include "idx_reader.h"

namespace monge::plugins {

inline constexpr const char* kRootDoc =
    "folder of the files; empty: searched in MONGE_DATA and the system's folders of data";
inline constexpr const char* kDigitsDoc = "labels to keep, the rest is left out; empty: all";

struct IdxFiles {
  std::string train_images = "train-images-idx3-ubyte", train_labels = "train-labels-idx1-ubyte";
  std::string test_images = "t10k-images-idx3-ubyte", test_labels = "t10k-labels-idx1-ubyte";
  std::string root;
  std::vector<std::string> homes;  // its folders' usual names; files elsewhere are taken from `root` only
  std::int64_t labels_below = 256;
};

/// MNIST and its successors share file names: without `root` a folder counts only under the data set's own
/// name, so that neither is ever taken for the other.
inline Source at_home(const Source& source, const std::vector<std::string>& homes) {
  if (homes.empty()) return source;
  Source narrowed{{}, source.draw};
  const auto add = [&](const std::filesystem::path& place) {
    auto& found = narrowed.folders;
    if (std::find(found.begin(), found.end(), place) == found.end()) found.push_back(place);
  };
  for (const auto& folder : source.folders) {
    std::string text = folder.generic_string();
    while (text.size() > 1 && text.back() == '/') text.pop_back();
    const bool is_home = std::any_of(homes.begin(), homes.end(),
                                     [&](const auto& home) { return ("/" + text).ends_with("/" + home); });
    if (is_home) add(text);
    for (const auto& home : homes) {
      if (!is_home) add(text + "/" + home);
    }
  }
  return narrowed;
}

/// Both spellings in circulation, plain and gzip.
inline std::vector<std::string> spellings(const std::string& name) {
  std::string other = name;
  if (const auto at = name.find("-idx"); at != std::string::npos) other[at] = '.';
  return {name, name + ".gz", other, other + ".gz"};
}

inline void keep_labels(const std::vector<std::int64_t>& digits, Tensor& images, Tensor& labels) {
  if (digits.empty()) return;
  if (!labels.defined()) {
    throw Error(Exit::experiment, "parameter 'digits' needs labels, and no file of labels is given");
  }
  const auto kept = at::isin(labels, at::tensor(digits, at::kLong)).nonzero().flatten();
  if (kept.numel() == 0) {
    throw Error(Exit::experiment,
                "parameter 'digits': no sample has any of these labels; the largest label is " +
                    std::to_string(labels.max().item<std::int64_t>()));
  }
  images = images.index_select(0, kept);
  labels = labels.index_select(0, kept);
}

/// images uint8 [N, C, H, W], labels int64 [N] or undefined when `label_name` is empty.
inline void load_split(const Source& source, const IdxFiles& files, const std::string& image_name,
                       const std::string& label_name, Tensor& images, Tensor& labels) {
  const auto image_path = source.find(files.root, spellings(image_name));
  images = IdxReader::read(image_path, 3, 4);
  if (images.dim() == 3) images = images.unsqueeze(1);
  if (label_name.empty()) return;
  const auto label_path = source.find(image_path.parent_path().string(), spellings(label_name));
  labels = IdxReader::read(label_path, 1, 1).to(at::kLong);
  if (labels.size(0) != images.size(0)) {
    throw Error(Exit::storage, label_path.string() + " has " + std::to_string(labels.size(0)) +
                                   " labels for " + std::to_string(images.size(0)) + " images of " +
                                   image_path.string());
  }
  if (const auto largest = labels.max().item<std::int64_t>(); largest >= files.labels_below) {
    throw Error(Exit::storage, label_path.string() + " has a label " + std::to_string(largest) +
                                   ", allowed are 0 to " + std::to_string(files.labels_below - 1));
  }
}

inline Samples load_idx(const Source& anywhere, const IdxFiles& files,
                        const std::vector<std::int64_t>& digits) {
  const Source source = at_home(anywhere, files.homes);
  Samples samples;
  load_split(source, files, files.train_images, files.train_labels, samples.train, samples.train_label);
  load_split(source, files, files.test_images, files.test_labels, samples.test, samples.test_label);
  if (samples.train.sizes().slice(1) != samples.test.sizes().slice(1)) {
    throw Error(Exit::storage, "the images of '" + files.train_images + "' and '" + files.test_images +
                                   "' differ in size or channels");
  }
  keep_labels(digits, samples.train, samples.train_label);
  keep_labels(digits, samples.test, samples.test_label);
  return samples;
}

}  // namespace monge::plugins
