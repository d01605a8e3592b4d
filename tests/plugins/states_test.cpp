// Enforcers with state under vmap and on tensors without values, as conformance_test.cpp does for the others.
#include <doctest/doctest.h>
#include <torch/library.h>

#include "opened.h"
#include "train/vmap.h"

using monge::Enforcer;
using monge::Look;
using monge::Role;
using monge::Shape;
using monge::State;
using monge::Tensor;
using monge::train::Vmap;
using namespace monge::test;

// LibTorch convolves tensors without values in Python only.
TORCH_LIBRARY_IMPL(aten, Meta, library) {
  library.impl(
      "convolution_overrideable", [](const Tensor& x, const Tensor& w, const std::optional<Tensor>&,
                                     at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef,
                                     bool transposed, at::IntArrayRef output_padding, std::int64_t) {
        Shape shape = {x.size(0), w.size(transposed ? 1 : 0)};
        for (std::size_t d = 0; d < 2; ++d) {
          const auto side = x.size(d + 2), kernel = w.size(d + 2);
          shape.push_back(transposed ? (side - 1) * stride[d] - 2 * padding[d] + kernel + output_padding[d]
                                     : (side + 2 * padding[d] - kernel) / stride[d] + 1);
        }
        return at::empty(shape, x.options());
      });
}

namespace {

constexpr std::int64_t kRuns = 3;

// One run's tensors: an input or two, then the states.
using Tensors = std::vector<Tensor>;

// What one update makes of them: a value, then the new states.
using Update = std::function<Tensors(const Tensors&)>;

Tensors with_states(const monge::plugin::Bound<Enforcer>& enforcer, Tensors inputs, const Tensor& like,
                    const Role& role, std::uint64_t seed) {
  auto source = draws(seed);
  for (const auto& spec : enforcer.schema().states) inputs.push_back(spec.initial(like, role, source));
  return inputs;
}

State state_of(const monge::plugin::Bound<Enforcer>& enforcer, const Tensors& all, std::size_t first) {
  State state;
  for (const auto& spec : enforcer.schema().states) state.all()[spec.name] = all[first++];
  return state;
}

Tensors results(const monge::plugin::Bound<Enforcer>& enforcer, const Tensor& value, State& state) {
  Tensors all = {value};
  for (const auto& spec : enforcer.schema().states) all.push_back(state[spec.name]);
  return all;
}

Update penalty_of(const monge::plugin::Bound<Enforcer>& enforcer) {
  return [&enforcer](const Tensors& inputs) {
    Look look;
    look.at.real = inputs[0];
    look.at.fake = inputs[1];
    auto state = state_of(enforcer, inputs, 2);
    const auto value = enforcer->penalty(look, state);
    return results(enforcer, value, state);
  };
}

Update weight_of(const monge::plugin::Bound<Enforcer>& enforcer, const Role& role) {
  return [&enforcer, role](const Tensors& inputs) {
    auto state = state_of(enforcer, inputs, 1);
    const auto value = enforcer->weight(inputs[0], role, state);
    return results(enforcer, value, state);
  };
}

void check_packed_equals_loop(const Update& update, const std::function<Tensors(std::uint64_t)>& inputs_of) {
  std::vector<Tensors> alone;
  Tensors stacked;
  for (std::int64_t k = 0; k < kRuns; ++k) alone.push_back(inputs_of(k));
  for (std::size_t i = 0; i < alone[0].size(); ++i)
    stacked.push_back(at::stack({alone[0][i], alone[1][i], alone[2][i]}));
  Tensors packed;
  {
    const Vmap vmap(kRuns);
    Tensors inside;
    for (const auto& tensor : stacked) inside.push_back(vmap.in(tensor));
    for (const auto& tensor : update(inside)) packed.push_back(vmap.out(tensor));
  }
  for (std::int64_t k = 0; k < kRuns; ++k) {
    const auto one = update(alone[k]);
    for (std::size_t i = 0; i < one.size(); ++i) {
      REQUIRE(packed[i][k].sizes() == one[i].sizes());
      CHECK(at::allclose(packed[i][k], one[i], 1e-12, 1e-12));
    }
  }
}

void check_on_meta(const Update& update, const Tensors& inputs) {
  Tensors meta;
  for (const auto& tensor : inputs) meta.push_back(tensor.to(at::kMeta));
  const auto made = update(meta);
  const auto real = update(inputs);
  for (std::size_t i = 0; i < made.size(); ++i) {
    CHECK(made[i].is_meta());
    CHECK(made[i].sizes() == real[i].sizes());
  }
  for (std::size_t i = 1; i < made.size(); ++i)  // a state keeps its shape
    CHECK(made[i].sizes() == inputs[inputs.size() - made.size() + i].sizes());
}

struct Layer {
  Role role;
  Shape shape;
};

std::vector<Layer> layers() {
  const auto role = [](const std::string& layer, const Shape& input, std::int64_t stride,
                       std::int64_t padding) {
    return Role{Role::Part::weight, layer, 0, stride, padding, 0, input};
  };
  return {{role("linear", {5}, 1, 0), {4, 5}},
          {role("linear", {4}, 1, 0), {5, 4}},
          {role("conv", {2, 6, 5}, 2, 1), {3, 2, 3, 3}},
          {role("conv_transpose", {3, 4, 4}, 2, 1), {3, 2, 4, 4}},
          {{Role::Part::bias, "linear", 0, 1, 0, 0, {5}}, {4}}};
}

}  // namespace

TEST_CASE("states: every weight map packed equals a loop, states included, and reads no value") {
  Opened opened;
  for (const auto& name : opened.catalog.known("enforcer")) {
    if (!opened.catalog.get("enforcer/" + name).schema.has_weight) continue;
    for (const auto& table : opened.variants("enforcer", name)) {
      const auto enforcer = monge::plugin::bind<Enforcer>(opened.catalog, table);
      for (const auto& layer : layers()) {
        CAPTURE(table.dump());
        CAPTURE(layer.role.layer);
        const auto inputs_of = [&](std::uint64_t k) {
          const auto w = draws(50 + k).normal(layer.shape);
          return with_states(enforcer, {w}, w, layer.role, 60 + k);
        };
        check_packed_equals_loop(weight_of(enforcer, layer.role), inputs_of);
        check_on_meta(weight_of(enforcer, layer.role), inputs_of(9));
      }
    }
  }
}

TEST_CASE("states: every penalty with state packed equals a loop, states included, and reads no value") {
  Opened opened;
  int found = 0;
  for (const auto& name : opened.catalog.known("enforcer")) {
    const auto& schema = opened.catalog.get("enforcer/" + name).schema;
    if (!schema.has_penalty || schema.has_points || schema.states.empty()) continue;
    ++found;
    for (const auto& table : opened.variants("enforcer", name)) {
      CAPTURE(table.dump());
      const auto enforcer = monge::plugin::bind<Enforcer>(opened.catalog, table);
      const auto inputs_of = [&](std::uint64_t k) {
        const auto scores = made_scores(70 + k, 6, {2});
        return with_states(enforcer, {scores.real, scores.fake}, {}, {}, 80 + k);
      };
      check_packed_equals_loop(penalty_of(enforcer), inputs_of);
      check_on_meta(penalty_of(enforcer), inputs_of(9));
    }
  }
  CHECK(found > 0);
}
