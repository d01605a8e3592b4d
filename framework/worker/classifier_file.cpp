#include "worker/classifier_file.h"

#include <monge/cache.h>
#include <monge/error.h>

#include <sstream>
#include <utility>

#include "record/access.h"
#include "record/group_file.h"
#include "record/hash.h"
#include "record/publish.h"
#include "worker/tensor_values.h"

namespace monge::worker {
namespace {

namespace fs = std::filesystem;
using Named = std::vector<std::pair<std::string, Tensor>>;

void add(const train::Network& network, const train::Arena& arena, const std::string& prefix, Named& all) {
  for (std::size_t i = 0; i < arena.values.size(); ++i) {
    all.emplace_back(prefix + file_name(network.parameters()[i].name), arena.values[i]);
  }
  for (std::size_t i = 0; i < arena.buffers.size(); ++i) {
    all.emplace_back(prefix + file_name(network.buffers()[i].name), arena.buffers[i]);
  }
}

/// Weights and running averages, views of the classifier's own.
Named tensors_of(const measure::Classifier& classifier) {
  Named all;
  add(classifier.body, classifier.body_values, "body_", all);
  add(classifier.head, classifier.head_values, "head_", all);
  return all;
}

Shape sample_shape(const record::Group& file) {
  const auto side = [&](const char* name) { return record::number_of(file.attributes, name); };
  return {side("channels"), side("height"), side("width")};
}

}  // namespace

std::string hash_of(const measure::Classifier& classifier) {
  std::ostringstream text;
  for (const auto& [name, tensor] : tensors_of(classifier)) {
    const auto bytes = tensor.to(at::kCPU).contiguous();
    text << name << bytes.sizes()
         << record::sha256({static_cast<const char*>(bytes.const_data_ptr()), bytes.nbytes()});
  }
  return record::sha256(text.str());
}

fs::path classifier_path(const std::string& dataset) {
  const fs::path cache = cache_folder();
  if (cache.empty()) {
    throw Error(Exit::storage,
                "classifiers are kept in MONGE_CACHE or ~/.cache/monge, and there is neither; "
                "set MONGE_CACHE to a folder that can be written");
  }
  return cache / "classifiers" / (dataset + ".h5");
}

void try_to_write(const fs::path& path) {
  std::error_code fault;
  fs::create_directories(path.parent_path(), fault);  // publish_text() names the reason
  const fs::path trial = path.string() + ".trial";
  record::publish_text(trial, "");
  fs::remove(trial, fault);
}

void write_classifier(const fs::path& path, const measure::Classifier& classifier,
                      const ClassifierFacts& facts) {
  record::Group file;
  file.attributes = {{"format", record::newest_format},
                     {"title", "Monge classifier of " + facts.dataset},
                     {"dataset", facts.dataset},
                     {"data_hash", facts.data_hash},
                     {"accuracy", facts.accuracy},
                     {"hash", hash_of(classifier)},
                     {"channels", classifier.sample[0]},
                     {"height", classifier.sample[1]},
                     {"width", classifier.sample[2]},
                     {"classes", classifier.classes},
                     {"layers", classifier.body.table() + classifier.head.table()}};
  for (const auto& [name, tensor] : tensors_of(classifier)) add_tensor(file, name, tensor);
  std::error_code fault;
  fs::create_directories(path.parent_path(), fault);  // seal() names the reason
  record::seal(path, file, record::Compression::none);
}

measure::Classifier read_classifier(const fs::path& path, at::Device device) {
  const record::Group file = record::read(path);
  const std::string remedy = "; make it again: runner features train";
  measure::Classifier classifier(sample_shape(file), record::number_of(file.attributes, "classes"), device);
  for (auto& [name, tensor] : tensors_of(classifier)) {
    const record::Variable* variable = record::find_variable(file, name);
    const auto values = variable == nullptr ? Tensor() : tensor_of(variable->values);
    if (!values.defined() || values.numel() != tensor.numel()) {
      throw Error(Exit::storage,
                  path.string() + ": lacks '" + name + "', or has it in another size" + remedy);
    }
    tensor.copy_(values.view(tensor.sizes()));
  }
  if (hash_of(classifier) != record::text_of(file.attributes, "hash")) {
    throw Error(Exit::storage, path.string() + ": its weights are not those that its hash is of" + remedy);
  }
  return classifier;
}

}  // namespace monge::worker
