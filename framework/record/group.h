// What a results file holds, as plain data: groups of variables on named dimensions, as in netCDF-4.
// Everything outside record/ reads and writes results through this type; group_file.h turns it into files.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace monge::record {

/// A number that is not there.
inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// A variable's values, row-major. Strings are UTF-8.
using Values = std::variant<std::vector<double>, std::vector<float>, std::vector<std::int64_t>,
                            std::vector<std::int32_t>, std::vector<std::uint8_t>, std::vector<std::string>>;

/// An array of small numbers is for `flag_values` alone; it is never empty.
using Attribute = std::variant<std::string, double, std::int64_t, std::vector<std::uint8_t>>;
using Attributes = std::vector<std::pair<std::string, Attribute>>;  // in the file's order

/// One array. `dims` name dimensions of its own group or of an enclosing one; none makes a scalar.
struct Variable {
  std::string name;
  std::vector<std::string> dims;
  Values values;
  Attributes attributes;  // `units`, `long_name`, `goal`, `volatile`, ...
};

/// A dimension and its length. A variable of the same name and this one dimension is its coordinate.
struct Dimension {
  std::string name;
  std::size_t length = 0;
};

struct Group {
  std::string name;  // empty for the root
  Attributes attributes;
  std::vector<Dimension> dimensions;
  std::vector<Variable> variables;
  std::vector<Group> groups;
};

}  // namespace monge::record
