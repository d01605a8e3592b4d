#include "sweep/value.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace monge::sweep {
namespace {

constexpr std::size_t longest_shown = 60;

Place place_from(const toml::source_region& region, const std::string& source) {
  return {source, region.begin.line, region.begin.column};
}

Value value_from(const toml::node& node, const std::string& source);

Value table_from(const toml::table& table, const std::string& source) {
  Value value;
  value.braces = table.is_inline();
  for (const auto& [key, child] : table) {
    value.fields.push_back(
        {std::string(key.str()), place_from(key.source(), source), value_from(child, source)});
  }
  std::stable_sort(value.fields.begin(), value.fields.end(),
                   [](const Field& a, const Field& b) { return a.at < b.at; });
  return value;
}

Value value_from(const toml::node& node, const std::string& source) {
  Value value;
  if (const toml::table* table = node.as_table()) {
    value = table_from(*table, source);
  } else if (const toml::array* array = node.as_array()) {
    value.kind = Value::Kind::list;
    for (const toml::node& item : *array) value.items.push_back(value_from(item, source));
  } else if (const auto* text = node.as_string()) {
    value.kind = Value::Kind::text;
    value.scalar = text->get();
  } else if (const auto* integer = node.as_integer()) {
    value.kind = Value::Kind::integer;
    value.scalar = integer->get();
  } else if (const auto* real = node.as_floating_point()) {
    value.kind = Value::Kind::real;
    value.scalar = real->get();
  } else if (const auto* boolean = node.as_boolean()) {
    value.kind = Value::Kind::boolean;
    value.scalar = boolean->get();
  } else {
    std::ostringstream spelling;
    node.visit([&](const auto& leaf) { spelling << leaf; });
    value.kind = Value::Kind::date;
    value.scalar = spelling.str();
  }
  value.at = place_from(node.source(), source);
  return value;
}

void move_to(Value& value, const Place& at) {
  value.at = at;
  for (Value& item : value.items) move_to(item, at);
  for (Field& field : value.fields) {
    field.at = at;
    move_to(field.value, at);
  }
}

// 16.0: what is no integer does not look like one.
std::string real_text(double number) {
  const std::string text = number_text(number);
  return text.find_first_not_of("-0123456789") == std::string::npos ? text + ".0" : text;
}

std::string shown_whole(const Value& value, std::string (*real)(double)) {
  std::string text;
  switch (value.kind) {
    case Value::Kind::boolean:
      return value.scalar.get<bool>() ? "true" : "false";
    case Value::Kind::integer:
      return std::to_string(value.scalar.get<std::int64_t>());
    case Value::Kind::real:
      return real(value.scalar.get<double>());
    case Value::Kind::text:
      return '"' + value.text() + '"';
    case Value::Kind::date:
      return "the date " + value.text();
    case Value::Kind::list:
      for (const Value& item : value.items) text += (text.empty() ? "" : ", ") + shown_whole(item, real);
      return "[" + text + "]";
    case Value::Kind::table:
      for (const Field& f : value.fields)
        text += (text.empty() ? "" : ", ") + f.key + " = " + shown_whole(f.value, real);
      return "{ " + text + " }";
  }
  return text;
}

std::string cut(const std::string& text) {
  if (text.size() <= longest_shown) return text;
  std::size_t end = longest_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;  // not inside a character
  return text.substr(0, end) + "...";
}

bool holds_control(const std::string& text, std::string_view allowed) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if ((byte < 0x20 && allowed.find(text[i]) == std::string_view::npos) || byte == 0x7F || c1) return true;
  }
  return false;
}

}  // namespace

const Field* Value::field(std::string_view key) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.key == key; });
  return found == fields.end() ? nullptr : &*found;
}

Json plain(const Value& value) {
  if (!value.is_table() && !value.is_list()) return value.scalar;
  Json json = value.is_table() ? Json::object() : Json::array();
  for (const Value& item : value.items) json.push_back(plain(item));
  for (const Field& each : value.fields) json[each.key] = plain(each.value);
  return json;
}

std::string number_text(double number) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  std::string text(buffer, end);
  const std::size_t exponent = text.find('e');
  if (exponent == std::string::npos) return text;
  std::size_t digits = exponent + 1;
  if (text[digits] == '+') text.erase(digits, 1);
  if (text[digits] == '-') ++digits;
  while (digits + 1 < text.size() && text[digits] == '0') text.erase(digits, 1);
  return text;
}

std::string shown(const Value& value) { return cut(shown_whole(value, real_text)); }

std::string label_text(const Value& value) {
  return value.is_text() ? value.text() : cut(shown_whole(value, number_text));
}

namespace {

// What toml++ says, and what to do where that does not follow from it.
std::string fault_text(std::string_view description) {
  static const std::pair<std::string_view, std::string_view> hints[] = {
      {"unescaped control characters", "; close the text with its quote in the same line"},
      {"could not determine value type", "; text goes in quotes"},
      {"expected ']', saw", "; close the bracket in the same line"}};
  std::string text(description);
  for (const auto& [part, hint] : hints)
    if (description.find(part) != std::string_view::npos) text += hint;
  return text;
}

}  // namespace

Value parse_toml(std::string_view text, const std::string& source, const Limits& limits) {
  guard(text, source, limits);
  try {
    const toml::table table = toml::parse(text, source);
    return value_from(table, source);
  } catch (const toml::parse_error& fault) {
    throw Error(Exit::experiment,
                place_from(fault.source(), source).text() + ": " + fault_text(fault.description()));
  }
}

void refuse_control_characters(const Value& value, Faults& faults) {
  const std::string fault = " holds a control character; write it without";
  if (value.is_text() && holds_control(value.text(), "\t\n\r")) faults.add(value.at, "the text" + fault);
  for (const Value& item : value.items) refuse_control_characters(item, faults);
  for (const Field& field : value.fields) {
    if (holds_control(field.key, "")) faults.add(field.at, "the key" + fault);
    refuse_control_characters(field.value, faults);
  }
}

std::string read_text(const std::string& path, std::size_t at_most, Exit exit) try {
  std::error_code no_such_file;
  if (std::filesystem::is_directory(path, no_such_file)) throw Error(exit, path + ": is a folder");
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) throw Error(exit, path + ": cannot be read: " + std::strerror(errno));
  std::string text;
  std::array<char, 1 << 16> block{};
  while (text.size() <= at_most && (file.read(block.data(), block.size()) || file.gcount() > 0)) {
    text.append(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  return text;
} catch (const std::ios_base::failure& fault) {
  throw Error(exit, path + ": cannot be read: " + fault.what());
}

std::optional<Value> parse_flag_value(std::string_view text, const Place& at) {
  const bool one_line = text.find_first_of("\r\n") == std::string_view::npos;
  if (one_line) {
    try {
      Value whole = parse_toml("value = " + std::string(text), at.source);
      if (whole.fields.size() == 1 && whole.fields.front().key == "value") {
        move_to(whole, at);
        return std::move(whole.fields.front().value);
      }
    } catch (const Error&) {
      // Not TOML: a bare word, unless it looks like a value that was cut short.
    }
  }
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (text.empty() || !printable || std::string_view("[{\"'#").find(text.front()) != std::string_view::npos) {
    return std::nullopt;
  }
  Value word;
  word.kind = Value::Kind::text;
  word.scalar = std::string(text);
  word.at = at;
  return word;
}

}  // namespace monge::sweep
