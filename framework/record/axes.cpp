#include "record/axes.h"

#include <algorithm>

namespace monge::record {
namespace {

using Json = nlohmann::json;

Values typed(const std::vector<Json>& coordinates) {
  const auto all = [&](auto predicate) {
    return std::all_of(coordinates.begin(), coordinates.end(), predicate);
  };
  if (all([](const Json& value) { return value.is_boolean(); })) {
    std::vector<std::uint8_t> flags;
    for (const Json& value : coordinates) flags.push_back(value.get<bool>() ? 1 : 0);
    return flags;
  }
  if (all([](const Json& value) { return value.is_number_integer(); }))
    return Json(coordinates).get<std::vector<std::int64_t>>();
  if (all([](const Json& value) { return value.is_number() || value.is_boolean() || value.is_null(); })) {
    std::vector<double> numbers;
    for (const Json& value : coordinates) {
      numbers.push_back(value.is_null()      ? kNone
                        : value.is_boolean() ? value.get<bool>()
                                             : value.get<double>());
    }
    return numbers;
  }
  std::vector<std::string> texts;
  for (const Json& value : coordinates) {
    texts.push_back(value.is_null() ? "" : value.is_string() ? value.get<std::string>() : value.dump());
  }
  return texts;
}

}  // namespace

Variable axis_variable(const Axis& axis, const std::string& dim, const std::vector<Json>& coordinates) {
  Variable variable{axis.name, {dim}, typed(coordinates), {{"units", "1"}, {"long_name", axis.key}}};
  if (std::holds_alternative<std::vector<std::uint8_t>>(variable.values)) {
    variable.attributes.emplace_back("dtype", "bool");
  }
  return variable;
}

}  // namespace monge::record
