#include "conform/variants.h"

#include <algorithm>
#include <cmath>

#include "plugin/bind.h"

namespace monge::conform {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMost = 64;  // combinations

std::vector<Json> values_of(const Param& param) {
  if (param.type == Param::Type::boolean) return {false, true};
  return {param.choices.begin(), param.choices.end()};
}

std::vector<Json> product(const std::vector<Param>& params, const Json& defaults) {
  std::vector<Json> tables{defaults};
  for (const auto& param : params) {
    std::vector<Json> grown;
    for (const Json& table : tables) {
      for (const Json& value : values_of(param)) {
        grown.push_back(table);
        grown.back()[param.name] = value;
      }
    }
    if (!grown.empty()) tables = std::move(grown);
  }
  return tables;
}

std::vector<Json> one_by_one(const std::vector<Param>& params, const Json& defaults) {
  std::vector<Json> tables;
  for (const auto& param : params) {
    for (const Json& value : values_of(param)) {
      tables.push_back(defaults);
      tables.back()[param.name] = value;
    }
  }
  return tables;
}

}  // namespace

std::vector<Json> variants(const plugin::Library& library) {
  const auto& params = library.schema.params;
  const Json defaults{{"plugin", library.name}};
  std::size_t combinations = 1;
  for (const auto& param : params) {
    combinations = std::min(kMost + 1, combinations * std::max<std::size_t>(values_of(param).size(), 1));
  }
  std::vector<Json> tables{defaults};
  if (combinations > 1) {
    const auto more = combinations > kMost ? one_by_one(params, defaults) : product(params, defaults);
    tables.insert(tables.end(), more.begin(), more.end());
  }
  for (const auto& preset : library.schema.presets) {
    tables.push_back(defaults);
    tables.back().update(plugin::settings_of(preset));
  }
  return tables;
}

Json another(const plugin::Library& library, const Json& table) {
  Json other = table;
  for (const auto& param : library.schema.params) {
    const Json now = table.contains(param.name) ? table[param.name] : plugin::to_json(param.fallback);
    for (const Json& value : values_of(param)) {
      if (value != now) other[param.name] = value;
    }
    if (param.type == Param::Type::real) {
      const double value = now.get<double>();
      const double nudged = value * 0.5 + (value == 0 ? 0.5 : 0);
      other[param.name] = std::clamp(nudged, param.min, param.max);
    } else if (param.type == Param::Type::integer && std::isfinite(param.min)) {
      other[param.name] = static_cast<std::int64_t>(std::clamp(0.0, param.min, param.max));
    }
  }
  return other;
}

}  // namespace monge::conform
