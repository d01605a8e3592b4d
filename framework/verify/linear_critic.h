// A critic D(x) = w . x, whose slope is |w| everywhere, against a generator of one point.
#pragma once

#include "verify/trial.h"

namespace monge::verify {

inline constexpr double kSlopes[] = {0.5, 2};  // below and above 1

/// Of samples of that shape, the critic's w first [size]; nobody learns.
Setup linear_critic(const Shape& sample, const Json& enforcer);

/// w [size] of that norm, its entries unlike each other.
Tensor weights_of(const Trial& trial, double norm);

/// How fast |w| falls in one step of gradient descent down the penalty, at each of kSlopes: the penalty's
/// derivative by |w|.
std::vector<double> steepness_trained(plugin::Catalog& catalog, const Json& enforcer, bool by_hand);

}  // namespace monge::verify
