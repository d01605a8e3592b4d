// Writes what every loss and enforcer makes of made-up batches, for objectives_test.py to compute again from
// the papers: inputs, draws, values and gradients. Usage: objectives_dump OUTPUT.h5
#include <ATen/Parallel.h>

#include <iostream>

#include "dump.h"
#include "opened.h"
#include "record/group_file.h"

using monge::Draw;
using monge::Enforcer;
using monge::Look;
using monge::Loss;
using monge::Param;
using monge::Role;
using monge::Scores;
using monge::Shape;
using monge::State;
using monge::Tensor;
using monge::record::Group;
using namespace monge::test;
using torch::autograd::grad;

namespace {

std::string numbered(std::string name, std::size_t number) {
  name += '_';
  name += std::to_string(number);
  return name;
}

// Keeps a copy of everything drawn, in order.
class Recorded final : public Draw {
 public:
  explicit Recorded(std::uint64_t seed) : source_(draws(seed)) {}
  Tensor uniform(at::IntArrayRef shape) override { return keep(source_.uniform(shape)); }
  Tensor normal(at::IntArrayRef shape) override { return keep(source_.normal(shape)); }
  Tensor index(at::IntArrayRef shape, std::int64_t n) override { return keep(source_.index(shape, n)); }
  const std::vector<Tensor>& all() const { return all_; }

 private:
  Tensor keep(Tensor drawn) {
    all_.push_back(drawn);
    return drawn;
  }
  monge::train::Draws source_;
  std::vector<Tensor> all_;
};

// Gradients of `output`, zeros where it does not depend on an input.
std::vector<Tensor> gradients(const Tensor& output, const std::vector<Tensor>& inputs) {
  auto slopes = grad({output}, inputs, {}, std::nullopt, false, /*allow_unused=*/true);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!slopes[i].defined()) slopes[i] = at::zeros_like(inputs[i]);
  }
  return slopes;
}

// Every value of every choice, every preset, and all of these with numbers other than the defaults.
std::vector<Json> tables_of(Opened& opened, const std::string& kind, const std::string& name) {
  auto tables = opened.variants(kind, name);
  for (auto& preset : opened.presets(kind, name)) tables.push_back(preset);
  for (std::size_t i = 0, plain = tables.size(); i < plain; ++i) {
    Json moved = tables[i];
    for (const auto& param : opened.catalog.get(kind + "/" + name).schema.params) {
      if (param.type == Param::Type::real) moved[param.name] = 0.7 * std::get<double>(param.fallback) + 0.2;
      if (param.type == Param::Type::integer) moved[param.name] = std::get<std::int64_t>(param.fallback) + 1;
    }
    if (moved != tables[i]) tables.push_back(moved);
  }
  // The rest at their defaults, so that the other side needs to know none.
  const Json described = monge::plugin::to_json(opened.catalog.get(kind + "/" + name));
  for (auto& table : tables) {
    for (const auto& param : described["parameters"]) {
      if (!table.contains(param["name"])) table[param["name"].get<std::string>()] = param["default"];
    }
  }
  return tables;
}

Group group_of(const std::string& kind, const Json& table, std::size_t number) {
  Group group;
  group.name = numbered(kind + "_" + table["plugin"].get<std::string>(), number);
  group.variables.push_back(
      {"config", {}, std::vector<std::string>{Json{{"kind", kind}, {"table", table}}.dump()}, {}});
  return group;
}

void put_batch(Group& group, const Scores& s) {
  put(group, "real", s.real);
  put(group, "fake", s.fake);
  put(group, "real_x", s.real_x);
  put(group, "fake_x", s.fake_x);
}

Group loss_case(Opened& opened, const Json& table, std::size_t number) {
  auto group = group_of("loss", table, number);
  const auto loss = monge::plugin::bind<Loss>(opened.catalog, table);
  auto s = made_scores(number, 8, {2, 3, 3});
  const std::vector<Tensor> inputs = {s.real, s.fake, s.real_x, s.fake_x};
  for (const auto& input : inputs) input.requires_grad_();
  put_batch(group, s);
  for (const std::string player : {"critic", "generator"}) {
    const auto value = player == "critic" ? loss->critic(s) : loss->generator(s);
    put(group, player, value);
    const auto slopes = gradients(value, inputs);
    for (std::size_t i = 0; i < inputs.size(); ++i) put(group, numbered(player + "_gradient", i), slopes[i]);
  }
  return group;
}

// A critic with curvature everywhere: tanh(x W + b) . v.
struct Critic {
  std::vector<Tensor> parameters;
  explicit Critic(std::uint64_t seed) {
    auto source = draws(seed);
    for (const Shape& shape : {Shape{18, 6}, Shape{6}, Shape{6}})
      parameters.push_back(source.normal(shape).requires_grad_());
  }
  Tensor operator()(const Tensor& x) const {
    return (x.flatten(1).matmul(parameters[0]) + parameters[1]).tanh().matmul(parameters[2]);
  }
};

// Three updates in a row, so that states have a past.
Group penalty_case(Opened& opened, const Json& table, std::size_t number) {
  auto group = group_of("penalty", table, number);
  const auto enforcer = monge::plugin::bind<Enforcer>(opened.catalog, table);
  const Critic critic(1000 + number);
  for (std::size_t i = 0; i < critic.parameters.size(); ++i)
    put(group, numbered("parameter", i), critic.parameters[i]);
  Recorded draw(2000 + number);
  State state;
  for (const auto& spec : enforcer.schema().states) state.all()[spec.name] = spec.initial({}, {}, draw);
  for (std::size_t update = 0; update < 3; ++update) {
    Recorded drawn(3000 + 10 * number + update);
    Look look;
    look.at = made_scores(10 * number + update, 8, {2, 3, 3});
    look.at.real = critic(look.at.real_x);
    look.at.fake = critic(look.at.fake_x);
    put(group, numbered("real_x", update), look.at.real_x);
    put(group, numbered("fake_x", update), look.at.fake_x);
    if (enforcer.schema().has_points) {
      look.x = enforcer->points(look.at, drawn).detach().requires_grad_();
      look.score = critic(look.x);
      look.slope = grad({look.score.sum()}, {look.x}, {}, true, true)[0];
    }
    for (std::size_t i = 0; i < drawn.all().size(); ++i)
      put(group, numbered(i == 0 ? "draw" : "second_draw", update), drawn.all().at(i));
    const auto value = enforcer->penalty(look, state);
    put(group, numbered("value", update), value);
    const auto slopes = gradients(value, critic.parameters);
    for (std::size_t i = 0; i < slopes.size(); ++i)
      put(group, numbered(numbered("gradient", update), i), slopes[i]);
  }
  return group;
}

struct Weight {
  std::string layer;
  Shape shape, input;
  std::int64_t stride = 1, padding = 0, output_padding = 0;
};

// Layers whose sizes divide evenly and ones that leave a border over.
std::vector<Weight> weights() {
  return {{"linear", {5, 7}, {7}},
          {"linear", {7, 5}, {5}},
          {"linear", {1, 6}, {6}},
          {"embed_label", {10, 4}, {9}},
          {"conv", {4, 3, 3, 3}, {3, 6, 5}, 1, 1},
          {"conv", {3, 2, 4, 4}, {2, 8, 8}, 2, 1},
          {"conv", {3, 2, 3, 3}, {2, 8, 7}, 2, 0},
          {"conv_transpose", {3, 2, 4, 4}, {3, 4, 4}, 2, 1},
          {"conv_transpose", {2, 3, 3, 3}, {2, 4, 3}, 2, 1, 1}};
}

Group weight_case(Opened& opened, const Json& table, const Weight& layer, std::size_t number) {
  auto group = group_of("weight", table, number);
  const Json of = {{"layer", layer.layer},
                   {"input", layer.input},
                   {"stride", layer.stride},
                   {"padding", layer.padding},
                   {"output_padding", layer.output_padding}};
  group.variables.push_back({"layer", {}, std::vector<std::string>{of.dump()}, {}});
  const auto enforcer = monge::plugin::bind<Enforcer>(opened.catalog, table);
  auto draw = draws(4000 + number);
  const Role role{Role::Part::weight, layer.layer,          0,          layer.stride,
                  layer.padding,      layer.output_padding, layer.input};
  auto w = draw.normal(layer.shape);
  State state;
  for (const auto& spec : enforcer.schema().states) {
    state.all()[spec.name] = spec.initial(w, role, draw);
    put(group, "state_" + spec.name, state[spec.name]);
  }
  for (std::size_t update = 0; update < 3; ++update) {
    w = (w.detach() + 0.1 * draw.normal(layer.shape)).requires_grad_();
    const auto direction = draw.normal(layer.shape);
    const auto mapped = enforcer->weight(w, role, state);
    put(group, numbered("w", update), w);
    put(group, numbered("direction", update), direction);
    put(group, numbered("value", update), mapped);
    put(group, numbered("gradient", update), grad({(mapped * direction).sum()}, {w})[0]);
  }
  return group;
}

Group projection_case(Opened& opened, const Json& table, std::size_t number) {
  auto group = group_of("project", table, number);
  const auto enforcer = monge::plugin::bind<Enforcer>(opened.catalog, table);
  const auto w = draws(5000 + number).normal({4, 5});
  put(group, "w", w);
  put(group, "value", enforcer->project(w, Role{}));
  return group;
}

Group all_cases() {
  Opened opened;
  Group root;
  root.attributes = {{"format", std::int64_t{1}}};
  std::size_t number = 0;
  for (const auto& name : opened.catalog.known("loss")) {
    for (const auto& table : tables_of(opened, "loss", name)) {
      for (int batch = 0; batch < 3; ++batch) root.groups.push_back(loss_case(opened, table, ++number));
    }
  }
  for (const auto& name : opened.catalog.known("enforcer")) {
    const auto& schema = opened.catalog.get("enforcer/" + name).schema;
    for (const auto& table : tables_of(opened, "enforcer", name)) {
      if (schema.has_penalty) root.groups.push_back(penalty_case(opened, table, ++number));
      if (schema.has_project) root.groups.push_back(projection_case(opened, table, ++number));
      if (!schema.has_weight) continue;
      for (const auto& layer : weights()) root.groups.push_back(weight_case(opened, table, layer, ++number));
    }
  }
  return root;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: objectives_dump OUTPUT.h5\n";
    return 2;
  }
  try {
    at::set_num_threads(1);
    monge::record::write(argv[1], all_cases(), monge::record::Compression::none);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
