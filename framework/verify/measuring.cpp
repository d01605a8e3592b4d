#include "verify/measuring.h"

#include <monge/metric.h>

#include <cmath>
#include <utility>

#include "train/calling.h"
#include "train/draws.h"

namespace monge::verify {

Measured measured(plugin::Catalog& catalog, const Json& metric, const Shown& shown, std::uint64_t seed) {
  at::NoGradGuard no_grad;
  const auto bound = plugin::bind<Metric>(catalog, metric);
  train::Draws draws(seed, train::Purpose::metric, 0, at::kDouble);
  Snapshot snapshot{shown.real, shown.fake, {}, {}, shown.modes, shown.sigma, draws};
  if (bound.schema().reads_features) {
    snapshot.real_features = {shown.real.flatten(1), {}};
    snapshot.fake_features = {shown.fake.flatten(1), shown.probability};
  }
  Values values;
  train::calling(bound.key(), [&] { bound->measure(snapshot, values); });
  return values.all();
}

double measured_value(plugin::Catalog& catalog, const Json& metric, const std::string& value,
                      const Shown& shown, std::uint64_t seed) {
  return measured(catalog, metric, shown, seed).at(value).at(0);
}

Answer about(const std::string& metric, const std::string& what, const std::string& source,
             std::function<Finding()> find) {
  return {"metrics: " + metric + " " + what, source, {"metric/" + metric}, std::move(find)};
}

Finding repeated(double expected, int times, const std::function<double(std::uint64_t seed)>& one) {
  std::vector<double> numbers;
  for (int i = 1; i <= times; ++i) numbers.push_back(one(static_cast<std::uint64_t>(i)));
  const auto all = at::tensor(numbers, at::kDouble);
  const double error = all.std().item<double>() / std::sqrt(static_cast<double>(times));
  return by_chance({expected}, {all.mean().item<double>()}, error);
}

}  // namespace monge::verify
