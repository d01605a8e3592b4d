// Compares groups bit for bit, for round trips.
#pragma once

#include <cstring>
#include <string>

#include "record/group.h"

namespace monge::test {

inline bool same_bits(const record::Values& a, const record::Values& b) {
  if (a.index() != b.index()) return false;
  return std::visit(
      [&]<class T>(const std::vector<T>& left) {
        const auto& right = std::get<std::vector<T>>(b);
        if constexpr (std::is_same_v<T, std::string>) {
          return left == right;
        } else {
          return left.size() == right.size() &&
                 (left.empty() || std::memcmp(left.data(), right.data(), left.size() * sizeof(T)) == 0);
        }
      },
      a);
}

/// Where the groups differ first, or "".
inline std::string difference(const record::Group& a, const record::Group& b) {
  const std::string place = "group '" + a.name + "': ";
  if (a.name != b.name) return place + "other name " + b.name;
  if (a.attributes != b.attributes) return place + "attributes";
  if (a.dimensions.size() != b.dimensions.size()) return place + "number of dimensions";
  for (std::size_t i = 0; i < a.dimensions.size(); ++i) {
    if (a.dimensions[i].name != b.dimensions[i].name) return place + "dimension " + a.dimensions[i].name;
    if (a.dimensions[i].length != b.dimensions[i].length) return place + "length of " + a.dimensions[i].name;
  }
  if (a.variables.size() != b.variables.size()) return place + "number of variables";
  for (std::size_t i = 0; i < a.variables.size(); ++i) {
    const record::Variable &left = a.variables[i], &right = b.variables[i];
    if (left.name != right.name) return place + "variable " + left.name + " is " + right.name;
    if (left.dims != right.dims) return place + "dims of " + left.name;
    if (left.attributes != right.attributes) return place + "attributes of " + left.name;
    if (!same_bits(left.values, right.values)) return place + "values of " + left.name;
  }
  if (a.groups.size() != b.groups.size()) return place + "number of groups";
  for (std::size_t i = 0; i < a.groups.size(); ++i) {
    if (auto text = difference(a.groups[i], b.groups[i]); !text.empty()) return place + text;
  }
  return "";
}

}  // namespace monge::test
