#include "sweep/sections.h"

#include "sweep/nearest.h"

namespace monge::sweep {
namespace {

struct SectionRow {
  std::string name;
  void (*read)(const Field&, Parsed&);
};

const std::vector<SectionRow>& rows() {
  static const std::vector<SectionRow> all{
      {"experiment", read_experiment_section},
      {"resources", read_resources},
      {"train", read_settings},
      {"evaluate", read_settings},
      {"record", read_settings},
      {"detect", read_settings},
      {"optimizer", read_optimizer},
      {"dataset", read_slot},
      {"architecture", read_slot},
      {"loss", read_slot},
      {"enforcer", read_slot},
      {"grid", read_grid},
      {"zip", read_zips},
      {"when", read_whens},
      {"row", read_rows},
      {"override", read_overrides},
      {"exclude", read_excludes},
      {"stop", read_stops},
      {"budget", read_later},
      {"retry", read_later},
  };
  return all;
}

std::string unknown_section(const std::string& name) {
  const std::vector<std::string> known = section_names();
  const KeyReading as_key = read_key(name);
  const bool setting = as_key.fault.starts_with("no key '");  // of a section, written outside it
  if (name.find('.') == std::string::npos && setting) return as_key.fault;
  return "no section '" + name + "'" + did_you_mean(name, known) + "  Known: " + listed(known);
}

}  // namespace

std::vector<std::string> section_names() {
  std::vector<std::string> names;
  for (const SectionRow& row : rows()) {
    if (row.read != read_later) names.push_back(row.name);
  }
  names.emplace_back("size");  // gone before sections are read, see size.h
  return names;
}

void read_sections(const Value& root, Parsed& parsed) {
  for (const Field& field : root.fields) {
    bool known = false;
    for (const SectionRow& row : rows()) {
      if (row.name != field.key) continue;
      row.read(field, parsed);
      known = true;
    }
    if (!known) parsed.faults.add(field.at, unknown_section(field.key));
  }
}

void read_later(const Field& section, Parsed& parsed) {
  const bool list = section.value.is_list();
  const std::string name = list ? "[[" + section.key + "]]" : "[" + section.key + "]";
  parsed.faults.add(section.at, name + " is not in this version");
}

void add_setting(const std::string& key, const Place& at, const Value& value, std::vector<Setting>& to,
                 Faults& faults) {
  KeyReading reading = read_key(key);
  if (reading.fault.empty()) {
    to.push_back({key, std::move(reading.target), at, value});
  } else {
    faults.add(at, reading.fault);
  }
}

void add_flattened(const Value& table, const std::string& prefix, std::vector<Setting>& to, Faults& faults) {
  for (const Field& field : table.fields) {
    const std::string key = prefix.empty() ? field.key : prefix + "." + field.key;
    if (field.value.is_table() && !field.value.braces) {
      add_flattened(field.value, key, to, faults);
    } else {
      add_setting(key, field.at, field.value, to, faults);
    }
  }
}

}  // namespace monge::sweep
