#include "sweep/toml_text.h"

#include <cmath>
#include <cstdint>
#include <limits>

namespace monge::sweep {
namespace {

using Json = nlohmann::json;

std::string toml_string(const Json& text) {
  // JSON's escapes are TOML's; DEL is the one character that only TOML forbids.
  std::string quoted;
  for (const char c : text.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (c == '\x7f') {
      quoted += "\\u007f";
    } else {
      quoted += c;
    }
  }
  return quoted;
}

std::string toml_real(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  return Json(number).dump();
}

}  // namespace

std::string toml_key(const std::string& key) {
  const char* bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  const bool plain = !key.empty() && key.find_first_not_of(bare) == std::string::npos;
  return plain ? key : toml_string(key);
}

std::string toml_value(const Json& value) {
  std::string text;
  switch (value.type()) {
    case Json::value_t::object:
      for (const auto& [key, child] : value.items()) {
        if (child.is_null()) continue;
        text += (text.empty() ? " " : ", ") + toml_key(key) + " = " + toml_value(child);
      }
      return text.empty() ? "{}" : "{" + text + " }";
    case Json::value_t::array:
      for (const Json& item : value) text += (text.empty() ? "" : ", ") + toml_value(item);
      return "[" + text + "]";
    case Json::value_t::string:
      return toml_string(value);
    case Json::value_t::number_float:
      return toml_real(value.get<double>());
    case Json::value_t::number_unsigned: {
      const bool fits = value.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()};
      return fits ? value.dump() : "\"" + value.dump() + "\"";
    }
    case Json::value_t::number_integer:
    case Json::value_t::boolean:
      return value.dump();
    default:
      return "\"\"";
  }
}

}  // namespace monge::sweep
