// One reader for each section of the file. A later section is one more file and one more row in sections.cpp.
#pragma once

#include <string>
#include <vector>

#include "sweep/parsed.h"

namespace monge::sweep {

/// Reads every section of the file's root table into `parsed`; unknown ones are faults.
void read_sections(const Value& root, Parsed& parsed);

/// The names of those that there are.
std::vector<std::string> section_names();

// [experiment] and [resources]
void read_experiment_section(const Field& section, Parsed& parsed);
void read_resources(const Field& section, Parsed& parsed);

// [train], [evaluate], [record], [detect], [optimizer] and the plugins' tables, into `parsed.base`
void read_settings(const Field& section, Parsed& parsed);
void read_optimizer(const Field& section, Parsed& parsed);
void read_slot(const Field& section, Parsed& parsed);

// [grid], [[zip]], [[when]] and [[row]]
void read_grid(const Field& section, Parsed& parsed);
void read_zips(const Field& section, Parsed& parsed);
void read_whens(const Field& section, Parsed& parsed);
void read_rows(const Field& section, Parsed& parsed);

// [[override]], [[exclude]] and [[stop]]
void read_overrides(const Field& section, Parsed& parsed);
void read_excludes(const Field& section, Parsed& parsed);
void read_stops(const Field& section, Parsed& parsed);

// [budget] and [retry]: faults, until each has a file of its own
void read_later(const Field& section, Parsed& parsed);

/// Adds the key with its value, or the fault of the key.
void add_setting(const std::string& key, const Place& at, const Value& value, std::vector<Setting>& to,
                 Faults& faults);

/// All settings below a table of dotted keys; tables in braces are values.
void add_flattened(const Value& table, const std::string& prefix, std::vector<Setting>& to, Faults& faults);

/// `3` -> 1, 2, 3; `[1, 7]` -> 1, 7. Faults otherwise.
void read_seeds(const Value& value, Exit exit, Parsed& parsed);

/// The [[zip]] or [[when]] that axes stand in, numbered from 1; 0: in none.
struct Together {
  std::size_t zip = 0, when = 0;
};

/// Every axis in a table of dotted keys.
void add_axes(const Value& table, const Together& together, Parsed& parsed);

/// One axis as it was written.
struct WrittenAxis {
  std::string key;
  Place at;
  Value value;
  Together together = {};
};

/// An axis from its alternatives: a list or a generator. Adds nothing but faults when it is neither.
void add_axis(const WrittenAxis& written, std::vector<GridAxis>& to, Faults& faults);

}  // namespace monge::sweep
