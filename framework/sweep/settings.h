// What an experiment file can set without any plugin, and which keys name what.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sweep/catalogue.h"

namespace monge::sweep {

/// A place that plugins of one kind are put into.
struct Slot {
  std::string key;    // "loss", "evaluate.metrics"
  std::string kind;   // "loss", "metric"
  bool list = false;  // takes several plugins
  std::string usual;  // the plugin used when the file names none; "" where it must name one
};
const std::vector<Slot>& slots();

/// Letters, digits, '_' and '-': what may become a file's name on the search path.
bool is_plugin_name(std::string_view name);

/// The sections whose settings belong to no plugin and no optimiser: [train], [evaluate], [record], [detect].
const std::vector<std::string>& plain_sections();

/// Settings of one of them; empty for another name.
const std::vector<Parameter>& section_settings(std::string_view section);

/// An optimiser of the host and its settings.
struct OptimizerKind {
  std::string name;
  std::vector<Parameter> settings;
};
const std::vector<OptimizerKind>& optimizer_kinds();

/// Every setting of any optimiser, and `kind`.
std::vector<std::string> optimizer_settings();

/// What a dotted key names.
struct Target {
  enum class What {
    section,           // train.batch_size: section, name
    slot,              // loss: the whole table
    slot_plugin,       // loss.plugin
    slot_parameter,    // loss.margin: name
    optimizer,         // the whole table, or the one of a player
    optimizer_setting  // optimizer.kind, optimizer.critic.learning_rate: player, name
  };
  What what = What::section;
  const Slot* slot = nullptr;
  std::string section, player, name;
};

/// The target of `key`, or the sentence that says what is wrong with it.
struct KeyReading {
  Target target = {};
  std::string fault;  // "" when the key is good
};
KeyReading read_key(const std::string& key);

/// Why [section] has no `key`, the nearest name it has, and where such a key belongs.
std::string unknown_setting(const std::string& section, const std::string& key);

/// Every dotted key of every cell that could be made of these plugins: what conditions may ask for.
std::vector<std::string> all_keys(const Catalogue& catalogue);

}  // namespace monge::sweep
