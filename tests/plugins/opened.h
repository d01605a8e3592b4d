// Plugins as a host sees them, and numbers to feed them with.
#pragma once

#include <monge/enforcer.h>
#include <monge/loss.h>
#include <torch/autograd.h>

#include <string>
#include <vector>

#include "plugin/bind.h"
#include "train/draws.h"

namespace monge::test {

using Json = nlohmann::json;

/// The plugins of this build.
struct Opened {
  plugin::Catalog catalog{{MONGE_BINARY_DIR "/plugins"}};

  template <class Interface>
  plugin::Bound<Interface> bind(const std::string& name, Json table = Json::object()) {
    table["plugin"] = name;
    return plugin::bind<Interface>(catalog, table);
  }

  /// A table for every value of every parameter that is a choice or a bool, the others at their defaults.
  std::vector<Json> variants(const std::string& kind, const std::string& name) {
    std::vector<Json> tables = {{{"plugin", name}}};
    for (const auto& param : catalog.get(kind + "/" + name).schema.params) {
      std::vector<Json> values;
      for (const auto& choice : param.choices) values.emplace_back(choice);
      if (param.type == Param::Type::boolean) values = {false, true};
      if (values.empty()) continue;
      std::vector<Json> grown;
      for (auto table : tables) {
        for (const auto& value : values) {
          table[param.name] = value;
          grown.push_back(table);
        }
      }
      tables = grown;
    }
    return tables;
  }

  /// A table for every preset.
  std::vector<Json> presets(const std::string& kind, const std::string& name) {
    const auto described = plugin::to_json(catalog.get(kind + "/" + name));
    std::vector<Json> tables;
    for (const auto& preset : described["presets"]) {
      tables.push_back(preset["values"]);
      tables.back()["plugin"] = name;
    }
    return tables;
  }
};

inline train::Draws draws(std::uint64_t seed, at::TensorOptions options = at::kDouble) {
  return {seed, train::Purpose::probe, 0, options};
}

inline Tensor vector(const std::vector<double>& values) { return at::tensor(values, at::kDouble); }

inline double number(const Tensor& scalar) { return scalar.item<double>(); }

/// Scores and samples of one batch, unrelated to each other.
inline Scores made_scores(std::uint64_t seed, std::int64_t batch, const Shape& sample,
                          at::TensorOptions options = at::kDouble) {
  auto source = draws(seed);
  Shape shape = sample;
  shape.insert(shape.begin(), batch);
  Scores scores;
  scores.real_x = source.normal(shape).to(options);
  scores.fake_x = source.normal(shape).to(options);
  scores.real = source.normal({batch}).to(options);
  scores.fake = source.normal({batch}).to(options);
  return scores;
}

}  // namespace monge::test
