#include "sweep/cell.h"
#include "sweep/check.h"
#include "sweep/nearest.h"

namespace monge::sweep {
namespace {

using What = Target::What;

struct Entry {
  std::string plugin;  // "" where none was named yet
  Place plugin_at;
  std::size_t plugin_level = 0;
  std::vector<const Field*> own;  // parameters written beside the plugin's name
  std::size_t own_level = 0;
  const PluginSchema* schema = nullptr;
  const Preset* preset = nullptr;  // in the place of the defaults
  Json config;
};

class SlotReader {
 public:
  SlotReader(const Slot& slot, const Catalogue& catalogue, CellFaults& faults)
      : slot_(slot), catalogue_(catalogue), faults_(faults) {}

  Json read(const std::vector<Given>& given, const Place& file) {
    for (const Given& one : given) take(one);
    if (entries_.empty()) use_usual(file);
    for (Entry& entry : entries_) open(entry, file);
    for (Entry& entry : entries_) apply_own(entry);
    for (const Given& one : loose_) apply_loose(one);
    Json list = Json::array();
    for (Entry& entry : entries_) {
      if (entry.schema != nullptr) list.push_back(filled(entry));
    }
    return list;
  }

 private:
  void take(const Given& one) {
    const Setting& setting = *one.setting;
    if (setting.target.what == What::slot) {
      entries_.clear();
      loose_.clear();
      take_whole(setting.value, one.level, false);
    } else if (setting.target.what == What::slot_plugin) {
      switch_plugin(setting, one.level);
    } else {
      loose_.push_back(one);
    }
  }

  void take_whole(const Value& value, std::size_t level, bool inside) {
    if (value.is_list() && slot_.list && !inside) {
      if (value.items.empty() && slot_.usual != "none") {
        fail(value.at, "'" + slot_.key + "' names no " + slot_.kind + known());
        broken_ = true;
      }
      for (const Value& item : value.items) take_whole(item, level, true);
      return;
    }
    Entry entry;
    entry.plugin_level = entry.own_level = level;
    entry.plugin_at = value.at;
    if (value.is_text()) {
      entry.plugin = value.text();
    } else if (value.is_table()) {
      for (const Field& field : value.fields) take_field(field, entry);
    } else {
      fail(value.at, "'" + slot_.key + "' must be a " + slot_.kind + ", as in { plugin = \"" + example() +
                         "\" }" + (slot_.list ? " or a list of them" : "") + ", got " + shown(value));
      broken_ = true;
      return;
    }
    entries_.push_back(std::move(entry));
  }

  void take_field(const Field& field, Entry& entry) {
    if (field.key != "plugin") {
      entry.own.push_back(&field);
      return;
    }
    entry.plugin_at = field.value.at;
    if (field.value.is_text()) {
      entry.plugin = field.value.text();
    } else {
      fail(field.value.at, "'plugin' must be a name in quotes, got " + shown(field.value));
      broken_ = true;
    }
  }

  void switch_plugin(const Setting& setting, std::size_t level) {
    if (!setting.value.is_text()) {
      fail(setting.value.at, "'" + setting.key + "' must be a name in quotes, got " + shown(setting.value));
      return;
    }
    if (entries_.size() > 1) {
      fail(setting.at, "'" + setting.key + "' does not say which of several " + slot_.kind + "s; set '" +
                           slot_.key + "' as a whole");
      return;
    }
    if (entries_.empty()) entries_.emplace_back();
    entries_.front().plugin = setting.value.text();
    entries_.front().plugin_at = setting.value.at;
    entries_.front().plugin_level = level;
  }

  void use_usual(const Place& file) {
    if (broken_) return;
    if (slot_.usual.empty()) {
      fail(file,
           "[" + slot_.key + "] is missing: [" + slot_.key + "] plugin = \"" + example() + "\"" + known());
      return;
    }
    Entry entry;
    entry.plugin = slot_.usual;
    entry.plugin_at = file;
    entries_.push_back(std::move(entry));
  }

  void open(Entry& entry, const Place& file) {
    const std::string key = slot_.kind + "/" + entry.plugin;
    if (entry.plugin.empty()) {
      if (!broken_) {
        const Place& at = entry.plugin_at.source.empty() ? file : entry.plugin_at;
        fail(at, "'" + slot_.key + "' does not say which: plugin = \"" + example() + "\"" + known());
      }
    } else if (const auto found = catalogue_.found.find(key); found != catalogue_.found.end()) {
      entry.schema = &found->second;
      entry.config["plugin"] = entry.plugin;
      return;
    } else if (const auto bad = catalogue_.broken.find(key); bad != catalogue_.broken.end()) {
      faults_.faults.add(entry.plugin_at,
                         slot_.kind + " '" + entry.plugin + "' cannot be loaded: " + bad->second,
                         Exit::plugin);
    } else {
      fail(entry.plugin_at, "no " + slot_.kind + " named '" + entry.plugin + "'" +
                                did_you_mean(entry.plugin, names()) + known());
    }
    broken_ = true;
  }

  void apply_own(Entry& entry) {
    if (entry.schema == nullptr) return;
    for (const Field* field : entry.own) {
      if (names_preset(field->key, *entry.schema)) {
        const bool dropped = entry.own_level < entry.plugin_level && !has_preset(entry, field->value);
        if (!dropped) take_preset(entry, field->value);
      } else if (const Parameter* parameter = entry.schema->parameter(field->key)) {
        apply(entry, *parameter, field->value);
      } else if (entry.own_level >= entry.plugin_level) {
        faults_.misses.push_back({field->at, slot_.kind, field->key, {entry.plugin}});
      }
    }
  }

  void apply_loose(const Given& one) {
    const Setting& setting = *one.setting;
    bool taken = broken_, later = true;
    std::vector<std::string> lacking;
    for (Entry& entry : entries_) {
      if (entry.schema == nullptr) continue;
      const Parameter* parameter = entry.schema->parameter(setting.target.name);
      if (names_preset(setting.target.name, *entry.schema)) {
        const bool only_one = entries_.size() == 1 && entry.plugin_level <= one.level;
        if (only_one || has_preset(entry, setting.value)) take_preset(entry, setting.value);
        taken = taken || only_one || has_preset(entry, setting.value);
      } else if (parameter != nullptr) {
        apply(entry, *parameter, setting.value);
        taken = true;
      } else {
        lacking.push_back(entry.plugin);
        later = later && entry.plugin_level > one.level;
      }
    }
    if (!taken && !later) faults_.misses.push_back({setting.at, slot_.kind, setting.target.name, lacking});
  }

  // Unless the plugin has a parameter of that name.
  static bool names_preset(const std::string& key, const PluginSchema& schema) {
    return key == "preset" && schema.parameter(key) == nullptr;
  }

  static bool has_preset(const Entry& entry, const Value& value) {
    return value.is_text() && entry.schema->preset(value.text()) != nullptr;
  }

  void take_preset(Entry& entry, const Value& value) {
    const std::string who = slot_.kind + " '" + entry.plugin + "'";
    std::vector<std::string> names;
    for (const Preset& preset : entry.schema->presets) names.push_back(preset.name);
    if (has_preset(entry, value)) {
      entry.preset = entry.schema->preset(value.text());
    } else if (names.empty()) {
      fail(value.at, who + " has no presets");
    } else if (!value.is_text()) {
      fail(value.at, who + ": 'preset' must be one of " + listed(names) + ", got " + shown(value));
    } else {
      fail(value.at, who + " has no preset '" + value.text() + "'" + did_you_mean(value.text(), names) +
                         "  Known: " + listed(names) + "  (runner plugin show " + entry.schema->key + ")");
    }
  }

  void apply(Entry& entry, const Parameter& parameter, const Value& value) {
    Checked checked = check(parameter, value);
    if (checked.value) {
      entry.config[parameter.name] = std::move(*checked.value);
    } else {
      fail(value.at, slot_.kind + " '" + entry.plugin + "': " + checked.fault);
    }
  }

  Json filled(Entry& entry) {
    for (Parameter parameter : entry.schema->parameters) {
      if (entry.config.contains(parameter.name)) continue;
      if (entry.preset != nullptr)
        parameter.fallback = entry.preset->values.value(parameter.name, parameter.fallback);
      if (parameter.fallback.is_null()) {
        fail(entry.plugin_at,
             slot_.kind + " '" + entry.plugin + "' needs '" + parameter.name + "', which has no default");
      }
      entry.config[parameter.name] = canonical_default(parameter);
    }
    return std::move(entry.config);
  }

  std::vector<std::string> names() const {
    const auto found = catalogue_.known.find(slot_.kind);
    return found == catalogue_.known.end() ? std::vector<std::string>() : found->second;
  }
  std::string known() const {
    return names().empty() ? "  No " + slot_.kind + " is known"
                           : "  Known: " + listed(names()) + " (yours: --plugins DIR)";
  }
  std::string example() const { return names().empty() ? "..." : names().front(); }
  void fail(const Place& at, const std::string& text) { faults_.faults.add(at, text); }

  const Slot& slot_;
  const Catalogue& catalogue_;
  CellFaults& faults_;
  std::vector<Entry> entries_;
  std::vector<Given> loose_;
  bool broken_ = false;  // some entry has no schema: what it lacks is not known
};

}  // namespace

Json resolve_slot(const Slot& slot, const std::vector<Given>& given, const Place& file,
                  const Catalogue& catalogue, CellFaults& faults) {
  return SlotReader(slot, catalogue, faults).read(given, file);
}

}  // namespace monge::sweep
