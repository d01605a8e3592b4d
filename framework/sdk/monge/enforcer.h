// What keeps a critic's slope in bounds: a penalty on its gradient, a map of its weights, a projection after
// an update.
#pragma once

#include <monge/draw.h>
#include <monge/error.h>
#include <monge/plugin.h>
#include <monge/real.h>
#include <monge/role.h>
#include <monge/scores.h>
#include <monge/state.h>

namespace monge {

/// The critic at the points an enforcer asked for. P points; D is the critic.
struct Look {
  Scores at;     // the batch that the points were made from
  Tensor x;      // the points [P, ...]
  Tensor score;  // D(x) [P]
  Tensor slope;  // dD/dx [P, ...], differentiable once more
};

/// Override what the method needs and nothing else: the host looks at which functions a plugin has and does
/// no other work. All are pure but for `State`; called from the training thread only.
struct Enforcer {
  using Interface = Enforcer;
  using Tensor = monge::Tensor;
  using Real = monge::Real;
  using Scores = monge::Scores;
  using Look = monge::Look;
  using Role = monge::Role;
  using State = monge::State;
  using Draw = monge::Draw;
  static constexpr const char* kKind = "enforcer";
  enum class When { before, after };  // of the critic's update

  virtual ~Enforcer() = default;
  /// Where the critic's slope is looked at, from this batch: [P, ...], P a multiple of B. Without it `Look`
  /// has `at` only.
  virtual Tensor points(const Scores&, Draw&) const { return {}; }
  /// What the critic pays -> scalar, added to its loss. A state of it is declared with how it begins,
  /// `d.state("mean", "running mean", [](const Tensor&, const Role&, Draw&) { return at::zeros({}); })`, and
  /// updated by a tensor of that shape and the run's precision, without a graph: `s["mean"] = x.detach()`.
  virtual Tensor penalty(const Look&, State&) const { return {}; }
  /// The effective tensor used in the forward pass in place of the parameter `w` (spectral norm, Bjorck).
  virtual Tensor weight(const Tensor& w, const Role&, State&) const { return w; }
  /// The parameter `w` brought back into the allowed set (clipping). Idempotent.
  virtual Tensor project(const Tensor& w, const Role&) const { return w; }
  /// When `project` is applied.
  virtual When when() const { return When::after; }
};

}  // namespace monge
