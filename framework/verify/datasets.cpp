// What made data are: moments, distances and shares of their distributions.
#include <cmath>

#include "conform/check.h"
#include "conform/variants.h"
#include "verify/kinds.h"
#include "verify/trial.h"

namespace monge::verify {
namespace {

// The share of samples within three sigma of the nearest mode: a chi-squared number of D degrees is at most 9
// with probability P(D / 2, 9 / 2), the regularised incomplete gamma function; 1 - exp(-9 / 2) in two
// dimensions. Exact where other modes are farther than that.
Finding share_within_three_sigma(const Samples& samples) {
  if (!samples.modes.defined() || samples.mode_sigma <= 0) throw conform::Spared("it knows no modes");
  const auto points = samples.train.to(at::kDouble).flatten(1), modes = samples.modes.to(at::kDouble);
  const auto near = at::cdist(points, modes).amin(1) <= 3 * samples.mode_sigma;
  const auto half = at::full({}, static_cast<double>(points.size(1)) / 2, at::kDouble);
  const double share = at::special_gammainc(half, at::full({}, 4.5, at::kDouble)).item<double>();
  const auto count = static_cast<double>(points.size(0));
  return by_chance({share}, {near.to(at::kDouble).mean().item<double>()},
                   std::sqrt(share * (1 - share) / count));
}

Answer share_answer(plugin::Catalog& catalog, const std::string& key, const Json& table) {
  return {"datasets: share of " + label_of(table) + " within three sigma of a mode",
          "chi-squared of D degrees at most 9; 98.89 % in two dimensions",
          {key},
          [&catalog, table] { return share_within_three_sigma(loaded(catalog, table)); }};
}

// Each coordinate N(1, 4), each two correlated by 0.5.
Answer gaussian(plugin::Catalog& catalog) {
  return {
      "datasets: moments of gaussian (in errors)", "its own parameters", {"dataset/gaussian"}, [&catalog] {
        const auto x = loaded(catalog, {{"plugin", "gaussian"},
                                        {"dimension", 3},
                                        {"mean", 1.0},
                                        {"sigma", 2.0},
                                        {"correlation", 0.5}})
                           .train.to(at::kDouble);
        const auto z = (x - 1) / 2;
        const auto errors = [&](const Tensor& values, double expected, double variance) {
          return (values.mean().item<double>() - expected) /
                 std::sqrt(variance / static_cast<double>(values.size(0)));
        };
        const auto a = z.select(1, 0), b = z.select(1, 2);
        return by_chance({0, 0, 0}, {errors(a, 0, 1), errors(a.square(), 1, 2), errors(a * b, 0.5, 1.25)}, 1);
      }};
}

// Horizontal places exactly theta, vertical ones uniform in [0, 1].
Answer parallel_lines(plugin::Catalog& catalog) {
  return {"datasets: distance of parallel_lines from the line at 0",
          "Arjovsky et al. (2017), example 1: |theta|",
          {"dataset/parallel_lines"},
          [&catalog] {
            const auto line = [&](double theta) {
              return loaded(catalog, {{"plugin", "parallel_lines"}, {"theta", theta}}).train.to(at::kDouble);
            };
            return exactly({0.75}, {(line(0.75) - line(0)).norm(2, 1).mean().item<double>()});
          }};
}

// Points are moved along rays on which u(x) = min_n |x - a_n| + b_n falls by just what they move: the
// certificate that no transport is shorter. Without the funnels at hand: a ray's ends, its funnel and its
// point, lie on a line, so that moving with the power 1 moves nothing, and with 2 less than with 8.
Answer moved_rays(plugin::Catalog& catalog) {
  return {"datasets: moved_rays with the powers 1, 2 and 8",
          "Korotin et al. (2022): t -> t^power along one ray",
          {"dataset/moved_rays"},
          [&catalog] {
            const auto points = [&](double power) {
              return loaded(catalog, {{"plugin", "moved_rays"}, {"power", power}}).test.to(at::kDouble);
            };
            const auto from = points(1), two = points(2), eight = points(8);
            const auto moved = [&](const Tensor& to) { return (to - from).norm(2, 1); };
            const auto same = loaded(catalog, {{"plugin", "moved_rays"}, {"moved", false}}).test;
            const double still = (same.to(at::kDouble) - from).abs().max().item<double>();
            const double farther = (moved(eight) + 1e-6 >= moved(two)).all().item<bool>() ? 1 : 0;
            // Both ways go along one ray: the cosine between them is 1.
            const auto cosine = ((two - from) * (eight - from)).sum(1) / (moved(two) * moved(eight));
            const auto long_ones = cosine.masked_select(moved(two) > 1e-2);
            return Finding{{0, 1, 1}, {still, farther, long_ones.min().item<double>()}, 1e-4};
          }};
}

Answer swiss_roll(plugin::Catalog& catalog) {
  return {"datasets: squared radius of swiss_roll without noise (in errors)",
          "t uniform in [1.5 pi, 4.5 pi]: E t^2 / 7.5^2",
          {"dataset/swiss_roll"},
          [&catalog] {
            const auto x = loaded(catalog, {{"plugin", "swiss_roll"}, {"noise", 0.0}}).train.to(at::kDouble);
            const auto squares = x.square().sum(1) * (7.5 * 7.5);
            const double low = 1.5 * M_PI, high = 4.5 * M_PI, width = high - low;
            const auto moment = [&](int k) {
              return (std::pow(high, k + 1) - std::pow(low, k + 1)) / ((k + 1) * width);
            };
            const double variance = moment(4) - moment(2) * moment(2);
            const double error = std::sqrt(variance / static_cast<double>(x.size(0)));
            return by_chance({0}, {(squares.mean().item<double>() - moment(2)) / error}, 1);
          }};
}

}  // namespace

Answers dataset_answers(plugin::Catalog& catalog) {
  return {share_answer(catalog, "dataset/ring", {{"plugin", "ring"}}),
          share_answer(catalog, "dataset/grid", {{"plugin", "grid"}}),
          gaussian(catalog),
          parallel_lines(catalog),
          moved_rays(catalog),
          swiss_roll(catalog)};
}

Answers answers_of_dataset(plugin::Catalog& catalog, const std::string& key) {
  Answers answers;
  for (const Json& table : conform::variants(catalog.get(key)))
    answers.push_back(share_answer(catalog, key, table));
  return answers;
}

}  // namespace monge::verify
