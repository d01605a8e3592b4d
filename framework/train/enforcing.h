// What the host does with an enforcer's states, maps and projections, and refuses of them.
#pragma once

#include "train/game.h"
#include "train/view.h"

namespace monge::train {

/// A state as it begins, in the run's precision where it is floating, on its device: of the penalty, or of
/// the parameter `like`.
Tensor first_value(const StateSpec& spec, const Tensor& like, const Role& role, Draw& draw,
                   at::TensorOptions options);
/// All of an enforcer's.
State first_state(const Schema& schema, const Tensor& like, const Role& role, Draw& draw,
                  at::TensorOptions options);

/// Brings the critic's parameters back to where the enforcers want them at this time of its update; `values`
/// are whole. Throws PluginFault.
void project(const Game& game, const std::vector<Tensor>& values, Enforcer::When when, const View& view = {});

/// Where the enforcer looks at the critic, of this batch [P, ...], without a graph. Throws PluginFault.
Tensor points_of(const BoundEnforcer& enforcer, const Scores& scores, Draw& draw);

// Each returns the fault as a clause, "" where there is none.

/// Of points for a batch: "points() gives [3, 2] for a batch [4, 2]; ...".
std::string unfit_points(const Tensor& points, const Tensor& batch);
/// Of a player's cost or a penalty: "critic() gives a tensor [6], not one number".
std::string not_one_number(const Tensor& cost, const std::string& function);
/// Of a player's cost: nothing of it can be learnt.
std::string without_gradient(const Tensor& cost, const std::string& function);
/// Of a parameter that weight() or project() was handed.
std::string other_shape(const Tensor& after, const Tensor& before, const std::string& function);
/// Of states that a function has updated.
std::string other_states(const State& after, const State& before, const std::string& function);

}  // namespace monge::train
