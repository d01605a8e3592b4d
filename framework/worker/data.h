// Data sets, loaded once a worker and kept on its device.
#pragma once

#include <monge/dataset.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "measure/evaluator.h"
#include "plugin/bind.h"

namespace monge::worker {

struct LoadedData {
  Samples samples;                 // on the device
  std::int64_t classes = 0;        // of its labels, 0 without
  double lowest = 0, highest = 0;  // of the training samples, as networks see them
  std::string hash;                // SHA-256 over shapes and bytes
  // Values of metrics between two of its held-out samples, as far as known.
  std::unique_ptr<measure::Floors> floors = std::make_unique<measure::Floors>();
};

class DataCache {
 public:
  explicit DataCache(at::Device device) : device_(device) {}

  /// `table` as resolved: {"plugin": name, ...}. Throws Error(Exit::experiment) where the data is missing or
  /// unusable.
  const LoadedData& get(plugin::Catalog& catalog, const nlohmann::json& table);

 private:
  at::Device device_;
  std::map<std::string, LoadedData> loaded_;  // by the table's text
};

}  // namespace monge::worker
