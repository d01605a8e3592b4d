#include "worker/data.h"

#include <monge/error.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "record/hash.h"
#include "train/calling.h"
#include "train/draws.h"
#include "train/game.h"

namespace monge::worker {
namespace {

namespace fs = std::filesystem;

// MONGE_DATA (colon-separated) first, then where Debian and administrators put data sets; in each the data
// set's own folder before the common one.
std::vector<fs::path> folders_for(const std::string& name) {
  std::vector<fs::path> bases;
  if (const char* given = std::getenv("MONGE_DATA")) {
    std::istringstream list(given);
    for (std::string folder; std::getline(list, folder, ':');) {
      if (!folder.empty()) bases.emplace_back(folder);
    }
  }
  bases.insert(bases.end(), {"/usr/local/share/datasets", "/usr/share/datasets"});
  std::string dashed = name;
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  std::vector<fs::path> folders;
  for (const auto& base : bases) {
    folders.push_back(base / dashed);
    if (dashed != name) folders.push_back(base / name);
    folders.push_back(base);
  }
  return folders;
}

void check(const Tensor& samples, const std::string& key, const char* part) {
  if (!samples.defined() || samples.dim() < 2 || samples.size(0) < 1) {
    throw Error(Exit::experiment, key + ": its " + part + " split has no samples [N, ...]");
  }
  if (samples.scalar_type() != at::kByte && samples.scalar_type() != at::kFloat) {
    throw Error(Exit::experiment, key + ": its samples must be uint8 or float32");
  }
}

void check(const Samples& samples, const std::string& key) {
  check(samples.train, key, "training");
  check(samples.test, key, "held-out");
  if (samples.train.sizes().slice(1) != samples.test.sizes().slice(1)) {
    throw Error(Exit::experiment, key + ": its training and held-out samples have different shapes");
  }
  if (samples.train.scalar_type() == at::kByte && samples.range != Range::symmetric) {
    throw Error(Exit::experiment,
                key + ": uint8 samples are mapped to [-1, 1], so its range must be Range::symmetric");
  }
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

std::string hash_of(const Samples& samples) {
  std::string hashes;
  for (const auto& tensor : {samples.train, samples.test, samples.train_label, samples.test_label}) {
    if (!tensor.defined()) continue;
    const auto bytes = tensor.contiguous();
    std::ostringstream shape;
    shape << bytes.sizes() << bytes.scalar_type();
    hashes += record::sha256(shape.str());
    hashes += record::sha256({static_cast<const char*>(bytes.const_data_ptr()), bytes.nbytes()});
  }
  std::ostringstream rest;
  rest << static_cast<int>(samples.range) << ' ' << samples.mode_sigma << ' ' << samples.modes;
  return record::sha256(hashes + rest.str());
}

}  // namespace

const LoadedData& DataCache::get(plugin::Catalog& catalog, const nlohmann::json& table) {
  const std::string id = table.dump();
  if (const auto found = loaded_.find(id); found != loaded_.end()) return found->second;
  const auto dataset = plugin::bind<Dataset>(catalog, table);
  train::Draws draws(0, train::Purpose::dataset, 0, at::kFloat);  // one data set for all seeds
  const Source source{folders_for(dataset.library->name), draws};
  LoadedData data;
  data.samples = train::calling(dataset.key(), [&] { return dataset->load(source); });
  check(data.samples, dataset.key());
  data.classes = classes_of(data.samples, dataset.key());
  const auto extremes = at::stack({data.samples.train.min(), data.samples.train.max()});
  data.lowest = train::normalised(extremes, at::kDouble)[0].item<double>();
  data.highest = train::normalised(extremes, at::kDouble)[1].item<double>();
  data.hash = hash_of(data.samples);
  for (auto* tensor : {&data.samples.train, &data.samples.test, &data.samples.train_label,
                       &data.samples.test_label, &data.samples.modes}) {
    if (tensor->defined()) *tensor = tensor->to(device_);
  }
  return loaded_.emplace(id, std::move(data)).first->second;
}

}  // namespace monge::worker
