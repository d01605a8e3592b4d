#include "sweep/identity.h"

#include "record/hash.h"
#include "sweep/check.h"
#include "sweep/settings.h"

namespace monge::sweep {
namespace {

constexpr std::size_t id_digits = 12;

void drop_late(const std::vector<Parameter>& parameters, Json& table) {
  for (const Parameter& parameter : parameters) {
    const auto found = table.find(parameter.name);
    const bool idle = parameter.late && found != table.end() && *found == canonical_default(parameter);
    if (idle) table.erase(found);
  }
}

void drop_late_of_optimizers(Json& players) {
  for (auto& [player, table] : players.items()) {
    for (const OptimizerKind& kind : optimizer_kinds()) {
      if (table.value("kind", "") == kind.name) drop_late(kind.settings, table);
    }
  }
}

// What a run is: see cell_id.
Json essence(Json config) {
  config["train"].erase("generator_steps");
  for (auto& [section, table] : config.items()) {
    drop_late(section_settings(section), table);
    if (section == "optimizer") drop_late_of_optimizers(table);
  }
  const auto detect = config.find("detect");  // a section that came later is missing where all of it is idle
  if (detect != config.end() && detect->empty()) config.erase(detect);
  if (const auto stops = config.find("stop"); stops != config.end()) {
    for (Json& stop : *stops) stop = stop.at("rule");  // however it is written and whatever its reason
  }
  return config;
}

std::string hash(const Json& json) {
  return record::sha256(json.dump(-1, ' ', true, Json::error_handler_t::replace)).substr(0, id_digits);
}

}  // namespace

std::string cell_id(const Json& config) { return hash(essence(config)); }

std::string run_id(const Json& config, std::int64_t seed) {
  Json whole = essence(config);
  whole["seed"] = seed;
  return hash(whole);
}

}  // namespace monge::sweep
