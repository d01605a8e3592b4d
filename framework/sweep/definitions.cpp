#include "sweep/definitions.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "sweep/parsed.h"

namespace monge::sweep {
namespace {

using Definition = std::map<std::string, Json>;  // dotted key -> value

Definition definition_of(const Json& metric, const Json& config, const PluginSchema& plugin) {
  const Json& evaluate = config.at("evaluate");
  Definition definition;
  for (const auto& [name, value] : metric.items()) definition["evaluate.metrics." + name] = value;
  definition["evaluate.samples"] = evaluate.at("samples");
  definition["evaluate.final_samples"] = evaluate.value("final_samples", Json());
  if (!plugin.reads_features) return definition;
  definition["evaluate.features"] = evaluate.value("features", Json());
  // Each data set has a classifier of its own.
  if (definition["evaluate.features"] == "classifier") {
    definition["dataset.plugin"] = config.at("dataset").at("plugin");
  }
  return definition;
}

struct Difference {
  std::string key, text;
};

Difference first_difference(const Definition& a, const Definition& b) {
  for (const auto& [key, value] : a) {
    const auto found = b.find(key);
    const Json other = found == b.end() ? Json() : found->second;
    if (value != other) return {key, key + " = " + value.dump() + " and " + other.dump()};
  }
  return {"evaluate.metrics", "other parameters"};
}

constexpr const char* advice =
    "; unlike values are never compared: give all cells one definition, or sweep them apart";

std::string unlike(const Cell& first, const Cell& second, const std::string& value) {
  if (&first == &second) return "the cell '" + first.label + "' defines '" + value + "' twice, unlike: ";
  return "the cells '" + first.label + "' and '" + second.label + "' define '" + value + "' unlike: ";
}

}  // namespace

void check_definitions(const Draft& draft, const Catalogue& catalogue, const std::vector<Cell>& cells,
                       Faults& faults) {
  std::map<std::string, std::pair<const Cell*, Definition>> first;  // value -> where it is first defined
  std::set<std::string> reported;                                   // metrics: one fault each is enough
  for (const Cell& cell : cells) {
    for (const Json& metric : cell.config.at("evaluate").at("metrics")) {
      const auto plugin = catalogue.found.find("metric/" + metric.at("plugin").get<std::string>());
      if (plugin == catalogue.found.end()) continue;
      const Definition definition = definition_of(metric, cell.config, plugin->second);
      for (const ReportedValue& value : plugin->second.values) {
        const auto [known, is_new] = first.try_emplace(value.name, &cell, definition);
        const auto& [other, theirs] = known->second;
        if (is_new || theirs == definition || !reported.insert(plugin->second.name).second) continue;
        const Difference difference = first_difference(theirs, definition);
        faults.add({place_of(draft, difference.key)},
                   unlike(*other, cell, value.name) + difference.text + advice);
      }
    }
  }
}

}  // namespace monge::sweep
