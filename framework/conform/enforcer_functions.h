// An enforcer's functions as tensors in, tensors out; states are among both.
#pragma once

#include <monge/enforcer.h>

#include "conform/check.h"
#include "conform/function.h"

namespace monge::conform {

/// Those that it has: "points", "penalty", and "weight" and "project" once for each parameter of the small
/// critic.
Functions functions_of(const Subject<Enforcer>& enforcer);

/// A critic's scores and slopes of made-up numbers, unrelated to each other, as many points as it asks for.
Look made_look(const Subject<Enforcer>& enforcer, std::uint64_t seed);

/// The states of `schema` as they stand at the end of what penalty and weight are given and give back.
State state_from(const Tensors& tensors, const Schema& schema);

}  // namespace monge::conform
