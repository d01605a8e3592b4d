// What a relativistic loss charges for a score difference that ought to be large.
#pragma once

#include <monge/loss.h>

namespace {

enum class Inner { bce, hinge, least_squares };

inline std::vector<std::pair<std::string, Inner>> inner_choices() {
  return {{"bce", Inner::bce}, {"hinge", Inner::hinge}, {"least_squares", Inner::least_squares}};
}

constexpr const char* kInnerDoc = "the cost of a score difference y: softplus(-y), relu(1 - y) or (y - 1)^2";

// y [B] -> [B].
inline at::Tensor relativistic_cost(Inner inner, const at::Tensor& y) {
  if (inner == Inner::hinge) return at::relu(1 - y);
  if (inner == Inner::least_squares) return (y - 1).square();
  return at::softplus(-y);
}

}  // namespace
