#include "sweep/cell.h"

#include <algorithm>
#include <iterator>

#include "sweep/check.h"

namespace monge::sweep {
namespace {

using What = Target::What;

std::size_t depth(const Given& given) {
  return static_cast<std::size_t>(std::count(given.setting->key.begin(), given.setting->key.end(), '.'));
}

// The name of the plugin comes before its parameters: they are checked against the last one named.
bool comes_before(const Given& a, const Given& b) {
  return a.level != b.level ? a.level < b.level : depth(a) < depth(b);
}

Json resolve_section(const std::string& section, const std::vector<Given>& given, const Place& file,
                     Faults& faults) {
  Json config = Json::object();
  for (const Parameter& parameter : section_settings(section)) {
    const Setting* last = nullptr;
    for (const Given& one : given) {
      if (one.setting->target.name == parameter.name) last = one.setting;
    }
    config[parameter.name] = canonical_default(parameter);
    if (last == nullptr) {
      if (parameter.fallback.is_null()) {
        faults.add(file, "[" + section + "] needs '" + parameter.name + "': " + parameter.doc);
      }
      continue;
    }
    Checked checked = check(parameter, last->value);
    if (checked.value) {
      config[parameter.name] = std::move(*checked.value);
    } else {
      faults.add(last->value.at, section + ": " + checked.fault);
    }
  }
  return config;
}

// Evaluating the moving average takes one.
void check_average(const std::vector<Given>& given, const Json& config, const Place& file, Faults& faults) {
  if (config["evaluate"]["weights"] != "ema" || config["train"]["ema"] > 0.0) return;
  Place at = file;
  for (const Given& one : given) {
    if (one.setting->key == "evaluate.weights") at = one.setting->value.at;
  }
  faults.add(at, "evaluate: 'weights' = \"ema\" needs a moving average: [train] ema = 0.999");
}

template <typename Chosen>
std::vector<Given> those(const std::vector<Given>& given, const Chosen& chosen) {
  std::vector<Given> result;
  std::copy_if(given.begin(), given.end(), std::back_inserter(result),
               [&](const Given& one) { return chosen(one.setting->target); });
  return result;
}

}  // namespace

Json resolve_cell(std::vector<Given> given, const Place& file, const Catalogue& catalogue,
                  CellFaults& faults) {
  std::stable_sort(given.begin(), given.end(), comes_before);
  Json config;
  for (const std::string& section : plain_sections()) {
    const auto own =
        those(given, [&](const Target& t) { return t.what == What::section && t.section == section; });
    config[section] = resolve_section(section, own, file, faults.faults);
  }
  for (const Slot& slot : slots()) {
    const auto own = those(given, [&](const Target& t) { return t.slot == &slot; });
    Json plugins = resolve_slot(slot, own, file, catalogue, faults);
    const std::size_t dot = slot.key.find('.');
    Json& table = dot == std::string::npos ? config : config[slot.key.substr(0, dot)];
    Json& place = table[dot == std::string::npos ? slot.key : slot.key.substr(dot + 1)];
    place = slot.list ? std::move(plugins) : plugins.empty() ? Json::object() : std::move(plugins.front());
  }
  const auto players = those(
      given, [](const Target& t) { return t.what == What::optimizer || t.what == What::optimizer_setting; });
  config["optimizer"] = resolve_players(players, faults);
  check_average(given, config, file, faults.faults);
  return config;
}

}  // namespace monge::sweep
