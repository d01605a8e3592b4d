// Writes what every metric makes of random and of real samples, for metrics_reference_test.py to compute
// again with SciPy, POT, prdc and the papers' formulas. Usage: metrics_dump OUTPUT.h5
#include <ATen/Parallel.h>
#include <monge/dataset.h>

#include <iostream>

#include "dump.h"
#include "measuring.h"
#include "record/group_file.h"
#include "train/data_set.h"
#include "train/game.h"

using monge::Metric;
using monge::Tensor;
using monge::record::Group;
using namespace monge::test;

namespace {

struct Case {
  std::string name;
  Tensor real, fake;
  Measured more = {};
};

// Clothes at 7x7 pixels, a fair share of them blurred: [400, 49].
Tensor clothes(const Tensor& images, std::int64_t first, double noise) {
  const auto unit = monge::train::normalised(images.narrow(0, first, 400), at::kDouble);
  return at::avg_pool2d(unit, {4, 4}).flatten(1) + noise * draws(77).normal({400, 49});
}

std::vector<Case> cases(Opened& opened) {
  std::vector<Case> all;
  const auto normal = [](std::uint64_t seed, std::int64_t n, std::int64_t d) {
    return draws(seed).normal({n, d});
  };
  const auto angle = at::arange(8, at::kDouble) * (M_PI / 4);
  const Measured modes{at::stack({angle.cos(), angle.sin()}, 1), 0.1};
  all.push_back({"line", normal(1, 150, 1), normal(2, 150, 1) * 1.5 + 0.3});
  all.push_back({"plane", normal(3, 150, 2), normal(4, 150, 2) * 0.7 + 0.4, modes});
  all.push_back({"eight", normal(5, 120, 8), normal(6, 120, 8).exp()});
  all.back().more.probability = normal(7, 120, 5).mul(3).softmax(1);
  all.back().more.label = draws(8).index({120}, 5);
  all.push_back({"float", normal(8, 100, 3).to(at::kFloat), normal(9, 100, 3).to(at::kFloat) + 1});
  try {
    auto source = draws(0);
    const auto data = opened.bind<monge::Dataset>("fashion_mnist")
                          ->load({monge::train::data_folders("fashion_mnist"), source});
    all.push_back({"clothes", clothes(data.test, 0, 0), clothes(data.train, 0, 0.1)});
    all.push_back({"pixels", monge::train::normalised(data.test.narrow(0, 0, 150), at::kDouble).flatten(1),
                   monge::train::normalised(data.train.narrow(0, 0, 150), at::kDouble).flatten(1) * 0.8});
  } catch (const monge::Error& error) {
    std::cout << "without real samples: " << error.what() << '\n';
  }
  return all;
}

// The defaults, and parameters that are not.
std::vector<Json> tables(const std::string& metric) {
  static const std::map<std::string, std::vector<Json>> others = {
      {"exact_w1", {{{"samples", 64}}}},
      {"sinkhorn",
       {{{"epsilon", 0.2}, {"iterations", 20000}},
        {{"cost", "squared"}, {"epsilon", 0.5}, {"iterations", 20000}}}},
      {"mmd", {{{"bandwidths", {0.3, 3.0}}}}},
      {"prdc", {{{"k", 3}}}},
      {"modes", {{{"confidence", 0.6}}}},
      {"divergences", {{{"bins", 7}, {"pseudo_count", 0.1}}}}};
  std::vector<Json> all = {Json::object()};
  if (const auto found = others.find(metric); found != others.end()) {
    all.insert(all.end(), found->second.begin(), found->second.end());
  }
  return all;
}

Group group_of(Opened& opened, const std::string& metric, Json table, const Case& one, std::size_t number) {
  const auto bound = opened.bind<Metric>(metric, table);
  table["plugin"] = metric;
  const Json described = monge::plugin::to_json(*bound.library);
  for (const auto& param : described["parameters"]) {
    if (!table.contains(param["name"])) table[param["name"].get<std::string>()] = param["default"];
  }
  Group group;
  group.name = metric + "_" + one.name + "_" + std::to_string(number);
  group.variables.push_back({"config", {}, std::vector<std::string>{table.dump()}, {}});
  for (const auto& [name, value] : measured(bound, one.real, one.fake, one.more)) {
    group.variables.push_back({"value_" + name, {}, std::vector<double>{value}, {}});
  }
  put(group, "real", one.real);
  put(group, "fake", one.fake);
  if (one.more.probability.defined()) put(group, "probability", one.more.probability);
  if (one.more.label.defined()) put(group, "label", one.more.label.to(at::kDouble));
  if (one.more.modes.defined()) {
    put(group, "modes", one.more.modes);
    put(group, "sigma", at::scalar_tensor(one.more.sigma, at::kDouble));
  }
  return group;
}

}  // namespace

int main(int, char** argv) {
  at::set_num_threads(1);
  Opened opened;
  Group root;
  const auto all = cases(opened);
  for (const auto& metric : opened.catalog.known("metric")) {
    std::size_t number = 0;
    for (const auto& table : tables(metric)) {
      for (const auto& one : all) {
        try {
          root.groups.push_back(group_of(opened, metric, table, one, number));
        } catch (const monge::Error&) {  // no modes, no classes, more than two dimensions
          continue;
        }
      }
      ++number;
    }
  }
  monge::record::write(argv[1], root, monge::record::Compression::none);
  std::cout << root.groups.size() << " cases\n";
  return 0;
}
