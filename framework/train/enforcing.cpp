#include "train/enforcing.h"

#include <stdexcept>

#include "train/calling.h"

namespace monge::train {
namespace {

std::string shape_of(const Tensor& tensor) { return tensor.defined() ? c10::str(tensor.sizes()) : "nothing"; }

std::string type_and_shape_of(const Tensor& tensor) {
  return tensor.defined() ? std::string(c10::toString(tensor.scalar_type())) + " " + shape_of(tensor)
                          : "no tensor";
}

}  // namespace

Tensor first_value(const StateSpec& spec, const Tensor& like, const Role& role, Draw& draw,
                   at::TensorOptions options) {
  const Tensor initial = spec.initial(like, role, draw);
  if (!initial.defined()) throw std::runtime_error("its state '" + spec.name + "' begins as no tensor");
  if (!initial.is_floating_point() && initial.scalar_type() != at::kLong)
    throw std::runtime_error("its state '" + spec.name + "' begins as " + type_and_shape_of(initial) +
                             "; states are floating-point or int64, which is what a snapshot holds");
  return initial.is_floating_point() ? initial.to(options) : initial.to(options.device());
}

State first_state(const Schema& schema, const Tensor& like, const Role& role, Draw& draw,
                  at::TensorOptions options) {
  State state;
  for (const auto& spec : schema.states)
    state.all()[spec.name] = first_value(spec, like, role, draw, options);
  return state;
}

void project(const Game& game, const std::vector<Tensor>& values, Enforcer::When when, const View& view) {
  at::NoGradGuard no_grad;
  for (const auto& enforcer : game.enforcers) {
    if (!enforcer.projects(when)) continue;
    calling(enforcer.plugin.key(), [&] {
      for (std::size_t i = 0; i < values.size(); ++i) {
        const Tensor value = view.seen(values[i]);
        const Tensor projected = enforcer.plugin->project(value, game.critic->parameters()[i].role);
        if (projected.is_same(value)) continue;
        if (const auto fault = other_shape(projected, value, "project"); !fault.empty())
          throw std::runtime_error(fault);
        values[i].copy_(view.whole(projected));
      }
    });
  }
}

Tensor points_of(const BoundEnforcer& enforcer, const Scores& scores, Draw& draw) {
  return calling(enforcer.plugin.key(), "points", [&] {
    const Tensor points = enforcer.plugin->points(scores, draw);
    if (const auto fault = unfit_points(points, scores.real_x); !fault.empty())
      throw std::runtime_error(fault);
    return points.detach();
  });
}

// A slope is a gradient at each point, and labels come in whole batches.
std::string unfit_points(const Tensor& points, const Tensor& batch) {
  if (!points.defined()) return "points() gives no tensor";
  const bool fits = points.dim() == batch.dim() && points.size(0) > 0 &&
                    points.size(0) % batch.size(0) == 0 && points.sizes().slice(1) == batch.sizes().slice(1);
  if (fits) return "";
  return "points() gives " + shape_of(points) + " for a batch " + shape_of(batch) +
         "; a point has the shape of a sample, and there are one, two, ... times as many as samples";
}

std::string not_one_number(const Tensor& cost, const std::string& function) {
  if (!cost.defined()) return function + "() gives no tensor";
  return cost.dim() == 0 ? "" : function + "() gives a tensor " + shape_of(cost) + ", not one number";
}

std::string without_gradient(const Tensor& cost, const std::string& function) {
  return cost.requires_grad() ? ""
                              : function +
                                    "() has no gradient to the scores: detach(), item(), whole numbers or a "
                                    "new tensor cut it off";
}

std::string other_shape(const Tensor& after, const Tensor& before, const std::string& function) {
  if (after.defined() && after.sizes() == before.sizes()) return "";
  return function + "() gives " + shape_of(after) + " for a parameter " + shape_of(before);
}

std::string other_states(const State& after, const State& before, const std::string& function) {
  for (const auto& [name, began] : before.all()) {
    const Tensor& left = after.all().at(name);
    if (left.defined() && left.sizes() == began.sizes() && left.dtype() == began.dtype()) continue;
    return function + "() leaves its state '" + name + "' as " + type_and_shape_of(left) +
           ", which began as " + type_and_shape_of(began) + "; neither may change";
  }
  return "";
}

}  // namespace monge::train
