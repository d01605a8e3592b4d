#include "conform/enforcer_functions.h"

#include "conform/made_scores.h"
#include "conform/small_critic.h"

namespace monge::conform {
namespace {

void append(Tensors& tensors, const State& state) {
  for (const auto& [name, tensor] : state.all()) tensors.push_back(tensor);
}

Function points_of(const Enforcer* enforcer) {
  return {"points", [](std::uint64_t seed) { return parts_of(made_scores(seed)); },
          [enforcer](const Tensors& x, Draw& draw) { return Tensors{enforcer->points(scores_of(x), draw)}; }};
}

Function penalty_of(const Subject<Enforcer>& subject) {
  const Enforcer* enforcer = subject.plugin.object.get();
  const Schema& schema = subject.schema();
  return {"penalty",
          [&subject](std::uint64_t seed) {
            const Look look = made_look(subject, seed);
            Tensors inputs = parts_of(look.at);
            inputs.insert(inputs.end(), {look.x, look.score, look.slope});
            append(inputs, first_state(subject.schema(), {}, {}));
            return inputs;
          },
          [enforcer, &schema](const Tensors& x, Draw&) {
            State state = state_from(x, schema);
            Tensors outputs{enforcer->penalty({scores_of(x), x[4], x[5], x[6]}, state)};
            append(outputs, state);
            return outputs;
          }};
}

Function weight_of(const Subject<Enforcer>& subject, std::size_t which) {
  const Enforcer* enforcer = subject.plugin.object.get();
  const Schema& schema = subject.schema();
  const Role& role = small_critic().parameters()[which].role;
  return {"weight",
          [&schema, &role, which](std::uint64_t seed) {
            Tensors inputs{small_weights(seed)[which]};
            append(inputs, first_state(schema, inputs[0], role));
            return inputs;
          },
          [enforcer, &schema, &role](const Tensors& x, Draw&) {
            State state = state_from(x, schema);
            Tensors outputs{enforcer->weight(x[0], role, state)};
            append(outputs, state);
            return outputs;
          }};
}

Function projection_of(const Enforcer* enforcer, std::size_t which) {
  const Role& role = small_critic().parameters()[which].role;
  return {"project", [which](std::uint64_t seed) { return Tensors{small_weights(seed)[which]}; },
          [enforcer, &role](const Tensors& x, Draw&) { return Tensors{enforcer->project(x[0], role)}; }};
}

}  // namespace

State state_from(const Tensors& tensors, const Schema& schema) {
  State state;
  for (const auto& spec : schema.states) state.all()[spec.name] = Tensor();
  std::size_t at = tensors.size() - state.all().size();
  for (auto& [name, tensor] : state.all()) tensor = tensors[at++];
  return state;
}

Look made_look(const Subject<Enforcer>& enforcer, std::uint64_t seed) {
  Look look;
  look.at = made_scores(seed);
  if (!enforcer.schema().has_points) return look;
  auto source = draws(seed);
  look.x = enforcer->points(look.at, source);
  look.score = source.normal({look.x.size(0)});
  look.slope = source.normal(look.x.sizes());
  return look;
}

Functions functions_of(const Subject<Enforcer>& enforcer) {
  const Schema& schema = enforcer.schema();
  const Enforcer* object = enforcer.plugin.object.get();
  Functions functions;
  if (schema.has_points) functions.push_back(points_of(object));
  if (schema.has_penalty) functions.push_back(penalty_of(enforcer));
  for (std::size_t i = 0; i < small_critic().parameters().size(); ++i) {
    if (schema.has_weight) functions.push_back(weight_of(enforcer, i));
    if (schema.has_project) functions.push_back(projection_of(object, i));
  }
  return functions;
}

}  // namespace monge::conform
