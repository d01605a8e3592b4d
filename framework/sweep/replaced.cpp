#include "sweep/replaced.h"

#include <algorithm>

namespace monge::sweep {
namespace {

// "" for what is no plugin, or several.
std::string plugin_of(const Value& value) {
  if (value.is_text()) return value.text();
  const Field* plugin = value.is_table() ? value.field("plugin") : nullptr;
  return plugin != nullptr && plugin->value.is_text() ? plugin->value.text() : "";
}

bool names(const std::vector<Setting>& wholes, const std::string& plugin) {
  return std::any_of(wholes.begin(), wholes.end(),
                     [&](const Setting& whole) { return plugin_of(whole.value) == plugin; });
}

// The first parameter of the section [KEY] beside its plugin, or null.
const Field* parameter_of(const std::string& key, const Parsed& parsed, bool only_where_named,
                          const std::vector<Setting>& wholes) {
  for (const Setting& setting : parsed.base) {
    if (setting.key != key || !setting.value.is_table()) continue;
    if (only_where_named && !names(wholes, plugin_of(setting.value))) continue;
    for (const Field& field : setting.value.fields)
      if (field.key != "plugin") return &field;
  }
  return nullptr;
}

std::string sentence(const Field& lost, const std::string& key, const std::string& why) {
  return lost.at.text() + ": '" + key + "." + lost.key + "' has no effect: " + why;
}

}  // namespace

std::vector<std::string> replaced_parameters(const std::vector<GridAxis>& axes, const Parsed& parsed) {
  std::vector<std::string> all;
  for (const GridAxis& axis : axes) {
    const bool gives_plugins =
        !axis.alternatives.empty() && axis.alternatives.front().target.what == Target::What::slot;
    const bool everywhere = axis.when == 0 && (axis.from_flag || parsed.rows.empty());
    if (!gives_plugins || !everywhere) continue;
    if (const Field* lost = parameter_of(axis.key, parsed, axis.from_flag, axis.alternatives))
      all.push_back(sentence(
          *lost, axis.key,
          "the axis '" + axis.key + "' gives each cell its plugin with all parameters, " + axis.at.text()));
  }
  for (const Setting& setting : parsed.set) {
    if (setting.target.what != Target::What::slot) continue;
    if (const Field* lost = parameter_of(setting.key, parsed, true, {setting}))
      all.push_back(sentence(*lost, setting.key,
                             setting.at.text() + " gives the plugin with all parameters; --set " +
                                 setting.key + ".plugin=... keeps them"));
  }
  return all;
}

}  // namespace monge::sweep
