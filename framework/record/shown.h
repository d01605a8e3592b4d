// Values as they stand in a sentence.
#pragma once

#include <cstdio>
#include <string>
#include <type_traits>

#include "record/group.h"

namespace monge::record {

template <class T>
std::string shown(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return "'" + (value.size() > 60 ? value.substr(0, 60) + "..." : value) + "'";
  } else if constexpr (std::is_floating_point_v<T>) {
    char text[40];
    std::snprintf(text, sizeof(text), "%.17g", static_cast<double>(value));
    return text;
  } else {
    return std::to_string(value);
  }
}

/// "missing" where there is none.
inline std::string shown(const Attribute* attribute) {
  if (attribute == nullptr) return "missing";
  return std::visit(
      []<class T>(const T& value) -> std::string {
        if constexpr (std::is_same_v<T, std::vector<std::uint8_t>>) {
          return "a list";
        } else {
          return shown(value);
        }
      },
      *attribute);
}

}  // namespace monge::record
