// What the host relies on in a metric. Samples are sets: a metric that gains from the order of the two leaks
// real samples into its judgement of the generated ones.
#include <monge/error.h>

#include "conform/common.h"
#include "conform/kinds.h"
#include "conform/scalar.h"

namespace monge::conform {
namespace {

using MetricSubject = Subject<Metric>;

constexpr std::int64_t kSamples = 128, kModes = 4;
constexpr double kSigma = 0.05;

// As tensors: real, fake, real_label, fake_label, modes.
using Situation = Tensors;

Tensor square_of_modes() {
  return at::tensor({-1.0, -1.0, -1.0, 1.0, 1.0, -1.0, 1.0, 1.0}).view({kModes, 2});
}

Situation points(std::uint64_t seed) {
  auto source = draws(seed);
  const Tensor modes = square_of_modes().to(at::kDouble), label = at::arange(kSamples).remainder(kModes);
  const auto samples = [&] { return modes.index_select(0, label) + kSigma * source.normal({kSamples, 2}); };
  const Tensor real = samples(), fake = samples();
  return {real, fake, Tensor(), Tensor(), modes};
}

Situation images(std::uint64_t seed, std::int64_t channels, bool labelled) {
  auto source = draws(seed);
  const Shape shape{kSamples, channels, 28, 28};
  const Tensor label = labelled ? at::arange(kSamples).remainder(kModes) : Tensor();
  const Tensor real = source.normal(shape).tanh(), fake = source.normal(shape).tanh();
  return {real, fake, label, label, Tensor()};
}

std::vector<Situation> situations(std::uint64_t seed) {
  return {points(seed), images(seed, 1, true), images(seed, 1, false), images(seed, 3, true)};
}

// As an extractor gives them: a row a sample, and of images the probability of four classes.
Features features(const Tensor& samples) {
  const Tensor rows = samples.flatten(1);
  if (samples.dim() != 4) return {rows, {}};
  return {rows, rows.narrow(1, 0, kModes).mul(4).softmax(1)};
}

Values measured(const MetricSubject& subject, const Situation& x, Draw& draw, bool with_features) {
  Values values;
  Snapshot snapshot{x[0], x[1], x[2], x[3], x[4], x[4].defined() ? kSigma : 0, draw};
  if (with_features) {
    snapshot.real_features = features(x[0]);
    snapshot.fake_features = features(x[1]);
  }
  subject->measure(snapshot, values);
  return values;
}

Values measured(const MetricSubject& subject, const Situation& x, Draw& draw) {
  try {
    return measured(subject, x, draw, subject.schema().reads_features);
  } catch (const c10::Error&) {
    if (subject.schema().reads_features) throw;
  }
  measured(subject, x, draw, /*with_features=*/true);  // where this works, they are what it lacked
  throw std::runtime_error(
      "measure() reads the snapshot's features, which are there only with d.reads_features() in describe");
}

/// Those that the plugin has to set: the host measures floors.
std::vector<Reported> own_values(const MetricSubject& subject) {
  std::vector<Reported> own;
  for (const auto& declared : subject.schema().values) {
    if (declared.floor_of.empty()) own.push_back(declared);
  }
  return own;
}

// Those that the metric does not refuse with a sentence: it may need known modes, images, labels.
std::vector<std::size_t> accepted(const MetricSubject& subject) {
  std::vector<std::size_t> indices;
  std::string refusal;
  const auto all = situations(1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto draw = draws(1);
    try {
      measured(subject, all[i], draw);
      indices.push_back(i);
    } catch (const Error& error) {
      refusal = error.what();
    }
  }
  if (indices.empty()) throw Spared("it refuses all that is tried: " + refusal);
  return indices;
}

Tensors numbers(const Values& values) {
  Tensors all;
  for (const auto& [name, list] : values.all()) all.push_back(at::tensor(list, at::kDouble));
  return all;
}

Functions functions_of(const MetricSubject& subject) {
  Functions functions;
  for (const std::size_t which : accepted(subject)) {
    functions.push_back(
        {"measure", [which](std::uint64_t seed) { return situations(seed)[which]; },
         [&subject](const Tensors& x, Draw& draw) { return numbers(measured(subject, x, draw)); }});
  }
  return functions;
}

std::string values(const MetricSubject& subject) {
  for (const bool at_end : {false, true}) {
    const std::int64_t used = subject->samples(kSamples, at_end);
    if (used < 1 || used > kSamples)
      return "samples(" + std::to_string(kSamples) + ") gives " + std::to_string(used) + "; use 1 to n";
  }
  for (const std::size_t which : accepted(subject)) {
    for (const auto precision : {at::kDouble, at::kFloat}) {
      Situation x = situations(1)[which];
      for (auto& part : x) {
        if (part.defined() && part.is_floating_point()) part = part.to(precision);
      }
      auto draw = draws(1, precision);
      const auto found = measured(subject, x, draw).all();
      const auto own = own_values(subject);
      for (const auto& declared : own) {
        const auto value = found.find(declared.name);
        if (value == found.end()) return "it declares the value '" + declared.name + "' but does not set it";
        if (declared.dims.empty() && value->second.size() != 1) {
          return "its value '" + declared.name + "' is one number, but it sets " +
                 std::to_string(value->second.size());
        }
        for (const double number : value->second) {
          if (!std::isfinite(number)) return "its value '" + declared.name + "' is " + std::to_string(number);
        }
      }
      if (found.size() != own.size()) return "it sets a value that it does not declare";
    }
  }
  return own_values(subject).empty() ? "it declares no value; add d.value(...)" : "";
}

/// Draws as the inner one does, and knows whether samples were picked.
class Watched final : public Draw {
 public:
  explicit Watched(std::uint64_t seed) : inner_(draws(seed)) {}
  Tensor uniform(at::IntArrayRef shape) override { return inner_.uniform(shape); }
  Tensor normal(at::IntArrayRef shape) override { return inner_.normal(shape); }
  Tensor index(at::IntArrayRef shape, std::int64_t n) override {
    picked = true;
    return inner_.index(shape, n);
  }
  bool picked = false;

 private:
  train::Draws inner_;
};

std::string order(const MetricSubject& subject) {
  for (const std::size_t which : accepted(subject)) {
    Situation x = situations(1)[which];
    Watched draw(1), again(1);
    const Tensors before = numbers(measured(subject, x, draw));
    if (draw.picked) throw Spared("it picks samples by index");
    auto source = draws(8);
    const Tensor order = source.uniform({kSamples}).argsort();
    x[1] = x[1].index_select(0, order);
    if (x[3].defined()) x[3] = x[3].index_select(0, order);
    const Tensors after = numbers(measured(subject, x, again));
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (!at::allclose(before[i], after[i], 1e-6, 1e-9, /*equal_nan=*/true)) {
        return "it changes when the generated samples change places: it pairs them with the real ones";
      }
    }
  }
  return "";
}

// Samples of the data against samples far from them.
std::string goal(const MetricSubject& subject) {
  bool any = false;
  for (const auto& declared : subject.schema().values) any |= declared.goal != "none";
  if (!any) throw Spared("none of its values has a goal");
  for (const std::size_t which : accepted(subject)) {
    Situation x = situations(1)[which];
    auto draw = draws(1), again = draws(1);
    const auto good = measured(subject, x, draw).all();
    x[1] = x[1] * 0.1 + 5;
    const auto bad = measured(subject, x, again).all();
    for (const auto& declared : own_values(subject)) {
      if (declared.goal == "none" || !declared.dims.empty()) continue;
      const auto reached = good.find(declared.name), missed = bad.find(declared.name);
      if (reached == good.end() || missed == bad.end()) continue;  // `values` says so
      const double gain = reached->second.at(0) - missed->second.at(0);
      if (declared.goal == "min" ? gain > 0 : gain < 0) {
        return "the goal of its value '" + declared.name + "' is " + declared.goal +
               ", but samples far from the data reach it better than the data's own";
      }
    }
  }
  return "";
}

}  // namespace

Checks<Metric> metric_checks() {
  Checks<Metric> checks{
      {"values", "a column of the results is what describe declares", values},
      {"goal", "tables and stopping rules follow the goal that it names", goal},
      {"order", "samples are sets, and no generated one belongs to a real one", order},
  };
  const FunctionsOf<Metric> functions = [](const MetricSubject& s) { return functions_of(s); };
  add_purity<Metric>(checks, functions);
  // Memory is kept or not whatever the samples are: the cheapest will do.
  add_memory<Metric>(checks,
                     [](const MetricSubject& subject) { return Functions{functions_of(subject).at(0)}; });
  return checks;
}

}  // namespace monge::conform
