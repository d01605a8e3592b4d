#include "sweep/sections.h"

namespace monge::sweep {

void read_settings(const Field& section, Parsed& parsed) {
  if (!section.value.is_table()) {
    parsed.faults.add(section.at, "'" + section.key + "' is a table: [" + section.key + "]");
    return;
  }
  for (const Field& field : section.value.fields) {
    // A quoted "a.b" is one key of TOML, but no setting.
    const bool dotted = field.key.find('.') != std::string::npos;
    const bool table = field.value.is_table() && section.key + "." + field.key != "evaluate.metrics";
    if (dotted) {
      parsed.faults.add(field.at, unknown_setting(section.key, field.key));
    } else if (table && !read_key(section.key + "." + field.key).fault.empty()) {
      parsed.faults.add(field.at, unknown_setting(section.key, field.key));
    } else {
      add_setting(section.key + "." + field.key, field.at, field.value, parsed.base, parsed.faults);
    }
  }
}

void read_optimizer(const Field& section, Parsed& parsed) {
  if (section.value.is_text()) {
    add_setting("optimizer.kind", section.value.at, section.value, parsed.base, parsed.faults);
    return;
  }
  if (!section.value.is_table()) {
    parsed.faults.add(section.at, "'optimizer' is a table: [optimizer] kind = \"adam\"");
    return;
  }
  for (const Field& field : section.value.fields) {
    const bool player = field.key == "critic" || field.key == "generator";
    const std::string key = "optimizer." + field.key;
    if (player && field.value.is_text()) {
      add_setting(key + ".kind", field.value.at, field.value, parsed.base, parsed.faults);
    } else if (!player) {
      add_setting(key, field.at, field.value, parsed.base, parsed.faults);
    } else if (field.value.is_table()) {
      for (const Field& own : field.value.fields) {
        add_setting(key + "." + own.key, own.at, own.value, parsed.base, parsed.faults);
      }
    } else {
      parsed.faults.add(field.at, "'" + key + "' is a table: [" + key + "] learning_rate = 1e-4");
    }
  }
}

void read_slot(const Field& section, Parsed& parsed) {
  add_setting(section.key, section.at, section.value, parsed.base, parsed.faults);
}

}  // namespace monge::sweep
