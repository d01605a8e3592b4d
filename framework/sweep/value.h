// A TOML value that remembers where it was written. value.cpp is the only file that knows toml++.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sweep/faults.h"
#include "sweep/guard.h"

namespace monge::sweep {

using Json = nlohmann::json;

struct Field;

struct Value {
  enum class Kind { boolean, integer, real, text, list, table, date };

  Kind kind = Kind::table;
  Json scalar = {};           // of boolean, integer, real and text; a date's spelling
  std::vector<Value> items;   // of a list
  std::vector<Field> fields;  // of a table, in the order of the file
  bool braces = false;        // a table written as { ... }: it replaces, where dotted keys add
  Place at = {};

  bool is_text() const { return kind == Kind::text; }
  bool is_table() const { return kind == Kind::table; }
  bool is_list() const { return kind == Kind::list; }
  std::string text() const { return scalar.get<std::string>(); }  // of a text
  const Field* field(std::string_view key) const;                 // null where there is none
};

struct Field {
  std::string key;
  Place at;
  Value value;
};

/// Without the places; dates as text.
Json plain(const Value& value);

/// How a fault shows a value: "hings" in quotes, numbers as short as they can be, but reals as such (16.0),
/// long ones cut.
std::string shown(const Value& value);

/// How a cell's label has it: texts without quotes, and 16 for 16.0.
std::string label_text(const Value& value);

/// The shortest decimal that reads back as the same number: 10, 0.5, 1e-5.
std::string number_text(double number);

/// Parses a whole file. Throws monge::Error (Exit::experiment) with place at the first syntax error.
Value parse_toml(std::string_view text, const std::string& source, const Limits& limits = {});

/// A fault for each text that holds a control character, but for tabs and ends of lines, and for each such
/// key: they become labels and messages, which go to terminals.
void refuse_control_characters(const Value& value, Faults& faults);

/// A file's content, cut after `at_most` + 1 bytes. Throws monge::Error (`exit`) when it cannot be read.
std::string read_text(const std::string& path, std::size_t at_most, Exit exit);

/// The right side of a flag: a TOML value, or a bare word of printable ASCII as text. All places are `at`.
/// None where it is neither: it begins like a list, table or string and is not a whole one.
std::optional<Value> parse_flag_value(std::string_view text, const Place& at);

}  // namespace monge::sweep
