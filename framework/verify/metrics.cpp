// Metrics of samples whose distance, share or histogram is known.
#include <monge/metric.h>

#include <cmath>

#include "conform/check.h"
#include "conform/variants.h"
#include "verify/kinds.h"
#include "verify/measuring.h"
#include "verify/trial.h"

namespace monge::verify {
namespace {

// In one dimension every direction is the axis, and sorted samples all move by the shift.
Answer sliced_on_a_line(plugin::Catalog& catalog) {
  return about("sliced_wasserstein", "of a shift on a line", "the shift itself", [&catalog] {
    const auto real = drawn_normal({1000, 1}, 1);
    return exactly({0.7}, {measured_value(catalog, {{"plugin", "sliced_wasserstein"}}, "sliced_wasserstein",
                                          {real, real + 0.7})});
  });
}

// A shift by m moves each projection by |<u, m>|, whose mean over the sphere is
// |m| Gamma(d / 2) / (sqrt(pi) Gamma((d + 1) / 2)), and whose mean square is |m|^2 / d.
Answer sliced_shift(plugin::Catalog& catalog, std::int64_t dimension) {
  return about("sliced_wasserstein", "of a shift in " + std::to_string(dimension) + " dimensions",
               "Gamma(d/2) / (sqrt(pi) Gamma((d+1)/2)) |m|; 2 / pi in the plane", [&catalog, dimension] {
                 constexpr double kProjections = 20'000;
                 const auto d = static_cast<double>(dimension);
                 const double mean = std::tgamma(d / 2) / (std::sqrt(M_PI) * std::tgamma((d + 1) / 2));
                 const auto real = drawn_normal({64, dimension}, 1);
                 const auto shift = at::full({dimension}, 3 / std::sqrt(d), at::kDouble);  // |m| = 3
                 const double got =
                     measured_value(catalog, {{"plugin", "sliced_wasserstein"}, {"projections", 20'000}},
                                    "sliced_wasserstein", {real, real + shift});
                 return by_chance({3 * mean}, {got}, 3 * std::sqrt((1 / d - mean * mean) / kProjections));
               });
}

Answer modes_of_the_data(plugin::Catalog& catalog, const std::string& dataset, double modes) {
  return about("modes", "of true samples of " + dataset, "1 - exp(-9 / 2) = 98.89 % within three sigma",
               [&catalog, dataset, modes] {
                 const Samples data = loaded(catalog, {{"plugin", dataset}});
                 const Shown shown{data.test, data.train.narrow(0, 0, 20'000), data.modes, data.mode_sigma};
                 const auto values = measured(catalog, {{"plugin", "modes"}}, shown);
                 const double share = 1 - std::exp(-4.5);
                 return by_chance({modes, share}, {values.at("modes").at(0), values.at("high_quality").at(0)},
                                  std::sqrt(share * (1 - share) / 20'000));
               });
}

// Three of the centres, each hit once, and a sample near none of them.
Answer modes_by_hand(plugin::Catalog& catalog) {
  return about("modes", "of three good samples and a bad one", "3 modes, a share of 3 / 4", [&catalog] {
    const auto centres = at::tensor({0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0}, at::kDouble).view({4, 2});
    const auto fake = at::cat({centres.narrow(0, 0, 3) + 0.1, at::full({1, 2}, 5.0, at::kDouble)});
    const auto values = measured(catalog, {{"plugin", "modes"}}, {centres, fake, centres, 0.05});
    return exactly({3, 0.75}, {values.at("modes").at(0), values.at("high_quality").at(0)});
  });
}

// Three clouds: of the data, somewhat and far off. Each value must get worse from one to the next, by its
// goal.
Finding ordered(plugin::Catalog& catalog, const std::string& key) {
  const auto& library = catalog.get(key);
  const auto centres = at::tensor({-1.0, -1.0, -1.0, 1.0, 1.0, -1.0, 1.0, 1.0}, at::kDouble).view({4, 2});
  const auto cloud = [&](std::uint64_t seed) {
    return centres.repeat({64, 1}) + 0.05 * drawn_normal({256, 2}, seed);
  };
  std::vector<Measured> each;
  for (const double shift : {0.0, 0.3, 3.0}) {
    each.push_back(
        measured(catalog, {{"plugin", library.name}}, {cloud(1), cloud(2) + shift, centres, 0.05}));
  }
  Finding finding{{}, {}, 0};
  for (const auto& value : library.schema.values) {
    if (value.goal == "none" || !value.dims.empty() || !each.front().contains(value.name)) continue;
    const auto worse = [&](std::size_t i) {
      const double change = each[i + 1].at(value.name).at(0) - each[i].at(value.name).at(0);
      return (value.goal == "min" ? change >= 0 : change <= 0) ? 1.0 : 0.0;
    };
    finding.expected.insert(finding.expected.end(), {1, 1});
    finding.got.insert(finding.got.end(), {worse(0), worse(1)});
  }
  if (finding.got.empty()) throw conform::Spared("none of its values has a goal");
  return finding;
}

}  // namespace

Answers metric_answers(plugin::Catalog& catalog) {
  return {sliced_on_a_line(catalog),
          sliced_shift(catalog, 2),
          sliced_shift(catalog, 16),
          modes_of_the_data(catalog, "ring", 8),
          modes_of_the_data(catalog, "grid", 25),
          modes_by_hand(catalog)};
}

Answers answers_of_metric(plugin::Catalog& catalog, const std::string& key) {
  return {{"metrics: " + key.substr(key.find('/') + 1) + " worsens as samples leave the data",
           "its goals",
           {key},
           [&catalog, key] { return ordered(catalog, key); }}};
}

}  // namespace monge::verify
