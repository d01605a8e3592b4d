// The layers that an experiment file can name, each with what it takes: the functions of monge/layers.h under
// their own names.
#pragma once

#include <monge/layers.h>

#include <functional>
#include <string>
#include <vector>

namespace monge::plugins {

/// What stands between a layer's parentheses.
struct Arguments {
  std::vector<double> numbers;
  Shape shape;
  std::vector<std::vector<Layer>> lists;

  std::int64_t whole(std::size_t i) const { return static_cast<std::int64_t>(numbers[i]); }
};

struct LayerForm {
  enum class Takes { numbers, shape, lists };
  std::string usage;  // "conv(channels, kernel)"
  Takes takes = Takes::numbers;
  std::size_t least = 0, most = 0;  // arguments
  bool whole = true;                // numbers without a fraction
  std::vector<std::string> modifiers;
  std::function<Layer(const Arguments&)> make;

  std::string name() const { return usage.substr(0, usage.find('(')); }
};

/// A change of a layer, `.stride(2)`.
struct ModifierForm {
  enum class Takes { whole, real, boolean };
  std::string usage;
  Takes takes = Takes::whole;
  std::function<Layer(const Layer&, double)> apply;

  std::string name() const { return usage.substr(0, usage.find('(')); }
};

inline std::vector<LayerForm> layer_forms() {
  using Takes = LayerForm::Takes;
  using A = Arguments;
  const std::vector<std::string> weights = {"bias", "init_scale"}, norm = {"gain"}, none;
  const std::vector<std::string> window = {"stride", "pad", "bias", "init_scale"};
  const std::vector<std::string> back = {"stride", "pad", "output_pad", "bias", "init_scale"};
  const auto same = [](const Layer& layer) { return [layer](const A&) { return layer; }; };
  return {
      {"linear(units)", Takes::numbers, 1, 1, true, weights, [](const A& a) { return linear(a.whole(0)); }},
      {"conv(channels, kernel)", Takes::numbers, 2, 2, true, window,
       [](const A& a) { return conv(a.whole(0), a.whole(1)); }},
      {"conv_transpose(channels, kernel)", Takes::numbers, 2, 2, true, back,
       [](const A& a) { return conv_transpose(a.whole(0), a.whole(1)); }},
      {"batch_norm()", Takes::numbers, 0, 0, true, norm, same(batch_norm())},
      {"layer_norm()", Takes::numbers, 0, 0, true, norm, same(layer_norm())},
      {"relu()", Takes::numbers, 0, 0, true, none, same(relu())},
      {"leaky_relu(slope)", Takes::numbers, 1, 1, false, none,
       [](const A& a) { return leaky_relu(a.numbers[0]); }},
      {"tanh()", Takes::numbers, 0, 0, true, none, same(monge::tanh())},
      {"sigmoid()", Takes::numbers, 0, 0, true, none, same(sigmoid())},
      {"gate()", Takes::numbers, 0, 0, true, none, same(gate())},
      {"group_sort(size)", Takes::numbers, 0, 1, true, none,
       [](const A& a) { return a.numbers.empty() ? group_sort() : group_sort(a.whole(0)); }},
      {"scale(factor)", Takes::numbers, 1, 1, false, none, [](const A& a) { return scale(a.numbers[0]); }},
      {"constant({extents})",
       Takes::shape,
       1,
       1,
       true,
       {"init_scale"},
       [](const A& a) { return constant(a.shape); }},
      {"reshape({extents})", Takes::shape, 1, 1, true, none, [](const A& a) { return reshape(a.shape); }},
      {"flatten()", Takes::numbers, 0, 0, true, none, same(flatten())},
      {"avg_pool(side)", Takes::numbers, 1, 1, true, none, [](const A& a) { return avg_pool(a.whole(0)); }},
      {"upsample(factor)", Takes::numbers, 1, 1, true, none, [](const A& a) { return upsample(a.whole(0)); }},
      {"sum_pixels()", Takes::numbers, 0, 0, true, none, same(sum_pixels())},
      {"embed_label(features)",
       Takes::numbers,
       1,
       1,
       true,
       {"init_scale"},
       [](const A& a) { return embed_label(a.whole(0)); }},
      {"project_label()", Takes::numbers, 0, 0, true, weights, same(project_label())},
      {"residual({layers}, {layers of the shortcut})", Takes::lists, 1, 2, true, none,
       [](const A& a) {
         return residual(a.lists[0], a.lists.size() > 1 ? a.lists[1] : std::vector<Layer>());
       }},
  };
}

inline std::vector<ModifierForm> modifier_forms() {
  using Takes = ModifierForm::Takes;
  const auto whole = [](double value) { return static_cast<std::int64_t>(value); };
  return {
      {"stride(step)", Takes::whole, [=](const Layer& l, double v) { return l.stride(whole(v)); }},
      {"pad(pixels)", Takes::whole, [=](const Layer& l, double v) { return l.pad(whole(v)); }},
      {"output_pad(pixels)", Takes::whole, [=](const Layer& l, double v) { return l.output_pad(whole(v)); }},
      {"bias(true or false)", Takes::boolean, [](const Layer& l, double v) { return l.bias(v != 0); }},
      {"gain(true or false)", Takes::boolean, [](const Layer& l, double v) { return l.gain(v != 0); }},
      {"init_scale(factor)", Takes::real, [](const Layer& l, double v) { return l.init_scale(v); }},
  };
}

}  // namespace monge::plugins
