// A data set of four IDX files: where they are, and what must hold between them.
#pragma once

#include <monge/dataset.h>

#include <string>
#include <vector>

#include "idx_reader.h"
#include "labels.h"
#include "root.h"

namespace monge::plugins {

struct IdxFiles {
  std::string train_images = "train-images-idx3-ubyte", train_labels = "train-labels-idx1-ubyte";
  std::string test_images = "t10k-images-idx3-ubyte", test_labels = "t10k-labels-idx1-ubyte";
  std::string root;
  std::vector<std::string> homes;  // its folders' usual names; files elsewhere are taken from `root` only
  std::int64_t labels_below = 256;
};

/// Both spellings in circulation, plain and gzip.
inline std::vector<std::string> spellings(const std::string& name) {
  std::string other = name;
  if (const auto at = name.find("-idx"); at != std::string::npos) other[at] = '.';
  return {name, name + ".gz", other, other + ".gz"};
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
  check_labels(labels, label_path.string(), images, image_path.string(), files.labels_below);
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
  keep_labels("digits", digits, samples.train, samples.train_label);
  keep_labels("digits", digits, samples.test, samples.test_label);
  return samples;
}

}  // namespace monge::plugins
