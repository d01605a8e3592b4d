#include "worker/data.h"

#include <sstream>

#include "record/hash.h"
#include "train/data_set.h"
#include "train/game.h"

namespace monge::worker {
namespace {

std::string samples_hash(const Samples& samples) {
  std::string hashes;
  for (const auto& tensor : {samples.train, samples.test, samples.train_label, samples.test_label,
                             samples.fake, samples.fake_test, samples.fake_test_slope}) {
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
  LoadedData data;
  data.samples = train::load_samples(dataset);
  data.classes = train::checked_classes(data.samples, dataset.key());
  const auto extremes = at::stack({data.samples.train.min(), data.samples.train.max()});
  data.lowest = train::normalised(extremes, at::kDouble)[0].item<double>();
  data.highest = train::normalised(extremes, at::kDouble)[1].item<double>();
  data.hash = samples_hash(data.samples);
  auto& s = data.samples;
  for (auto* tensor : {&s.train, &s.test, &s.train_label, &s.test_label, &s.modes, &s.fake, &s.fake_test,
                       &s.fake_test_slope}) {
    if (tensor->defined()) *tensor = tensor->to(device_);
  }
  return loaded_.emplace(id, std::move(data)).first->second;
}

}  // namespace monge::worker
