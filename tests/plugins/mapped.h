// A weight as the host hands it to an enforcer's map.
#pragma once

#include "opened.h"

namespace monge::test {

struct Mapped {
  plugin::Bound<Enforcer> enforcer;
  Role role;
  State state;

  Mapped(Opened& opened, const Json& table, Role of, const Tensor& w)
      : enforcer(plugin::bind<Enforcer>(opened.catalog, table)), role(std::move(of)) {
    auto source = draws(21, w.options());
    for (const auto& spec : enforcer.schema().states) state.all()[spec.name] = spec.initial(w, role, source);
  }
  Tensor operator()(const Tensor& w) { return enforcer->weight(w, role, state); }
};

inline Role linear_role(std::int64_t inputs) { return {Role::Part::weight, "linear", 0, 1, 0, 0, {inputs}}; }

inline Role conv_role(const Shape& input, std::int64_t stride, std::int64_t padding) {
  return {Role::Part::weight, "conv", 0, stride, padding, 0, input};
}

inline Tensor singular_values(const Tensor& matrix) { return std::get<1>(at::linalg_svd(matrix, false)); }

/// A convolution as a matrix [inputs, outputs]: its images of the unit vectors.
inline Tensor dense(const Tensor& kernel, const Role& role) {
  const auto size = role.input[0] * role.input[1] * role.input[2];
  const auto units =
      at::eye(size, kernel.options()).view({size, role.input[0], role.input[1], role.input[2]});
  return at::conv2d(units, kernel, {}, {role.stride, role.stride}, {role.padding, role.padding}).flatten(1);
}

}  // namespace monge::test
