// A small critic with every part of a parameter there is, and what an enforcer makes of it.
#pragma once

#include <monge/enforcer.h>

#include "conform/check.h"
#include "conform/function.h"
#include "train/network.h"

namespace monge::conform {

/// Two convolutions, a normalisation, two linear layers, smooth activations; on samples of small_sample().
const train::Network& small_critic();

/// Its parameters, fp64, by Glorot's rule; normalisation gains 1, the rest small.
Tensors small_weights(std::uint64_t seed);

/// The enforcer's states as the host makes them: for the penalty, or for the parameter `like`.
State first_state(const Schema& schema, const Tensor& like, const Role& role);

/// The effective parameters: the enforcer's map of `weights`, the power iterations and the like in its states
/// `warm` times ahead.
Tensors mapped(const Subject<Enforcer>& enforcer, const Tensors& weights, int warm);

/// What the critic with these (effective) parameters pays on a made-up batch: the enforcer's penalty, or,
/// where it has none, one on the slope's norm, so that a weight map is differentiated twice.
Tensor cost_of(const Subject<Enforcer>& enforcer, const Tensors& effective);

}  // namespace monge::conform
