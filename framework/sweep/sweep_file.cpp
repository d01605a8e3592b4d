#include "sweep/sweep_file.h"

#include <map>

#include "sweep/identity.h"
#include "sweep/toml_text.h"

namespace monge::sweep {
namespace {

using Leaves = std::map<std::string, Json>;  // dotted key -> value; lists are values

void flatten(const Json& node, const std::string& prefix, Leaves& leaves) {
  for (const auto& [key, child] : node.items()) {
    const std::string path = prefix + (prefix.empty() ? "" : ".") + toml_key(key);
    if (child.is_object()) {
      flatten(child, path, leaves);
    } else {
      leaves[path] = child;
    }
  }
}

// What all cells have alike.
Leaves common_settings(const std::vector<Cell>& cells) {
  Leaves common;
  if (cells.empty()) return common;
  flatten(cells.front().config, "", common);
  for (const Cell& cell : cells) {
    Leaves own;
    flatten(cell.config, "", own);
    std::erase_if(common, [&](const auto& leaf) {
      const auto found = own.find(leaf.first);
      return found == own.end() || found->second != leaf.second;
    });
  }
  return common;
}

std::string line(const std::string& key, const Json& value) { return key + " = " + toml_value(value) + "\n"; }

std::string head(const Experiment& experiment) {
  std::string text =
      "# The experiment as it was resolved, written by runner for people and for `runner collect`.\n"
      "# To change the experiment, edit its own file.\n";
  // The cells' count stands first: of a file that was cut, whatever has a whole [sweep] has it, too.
  text += line("format", 1) + "\n[sweep]\n" + line("cells", experiment.cells.size()) +
          line("name", experiment.name) + line("question", experiment.question) +
          line("file", experiment.file) +
          line("primary", {{"metric", experiment.primary_metric}, {"goal", experiment.primary_goal}}) +
          line("seeds", experiment.seeds) + line("full_product", experiment.full_product);
  if (experiment.timeout_seconds) text += line("timeout_seconds", *experiment.timeout_seconds);
  return text;
}

std::string cell_text(const Cell& cell, const Experiment& experiment, const Leaves& common) {
  Json coordinates = Json::object(), ids = Json::array();
  for (std::size_t i = 0; i < experiment.axes.size(); ++i) {
    coordinates[experiment.axes[i].name] = cell.coordinates[i];
  }
  for (const std::int64_t seed : experiment.seeds)
    ids.push_back({{"seed", seed}, {"id", run_id(cell.config, seed)}});
  std::string text = "\n[[cell]]\n" + line("id", cell.id) + line("label", cell.label) +
                     line("coordinates", coordinates) + line("runs", ids);
  // Quoted, not dotted: toml++ searches all dotted tables of a file for each one, minutes for 100,000 cells.
  Json settings = Json::object();
  Leaves own;
  flatten(cell.config, "", own);
  for (const auto& [key, value] : own) {
    if (!common.contains(key)) settings[key] = value;
  }
  return text + line("settings", settings);
}

}  // namespace

std::string sweep_file(const Experiment& experiment, const Json& provenance) {
  std::string text = head(experiment);
  for (const record::Axis& axis : experiment.axes) {
    text += "\n[[axis]]\n" + line("key", axis.key) + line("name", axis.name) + line("values", axis.values);
  }
  for (const Excluded& excluded : experiment.excluded) {
    text += "\n[[excluded]]\n" + line("label", excluded.label) + line("why", excluded.why);
  }
  text += "\n[provenance]\n";
  for (const auto& [key, value] : provenance.items()) {
    if (!value.is_null()) text += line(toml_key(key), value);
  }
  const Leaves common = common_settings(experiment.cells);
  text += "\n[settings]  # of all cells\n";
  for (const auto& [key, value] : common) text += line(key, value);
  for (const Cell& cell : experiment.cells) text += cell_text(cell, experiment, common);
  return text;
}

}  // namespace monge::sweep
