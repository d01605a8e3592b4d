// Metrics of features and of histograms, where the distributions are known.
#include <cmath>

#include "verify/measuring.h"

namespace monge::verify {
namespace {

Tensor row(std::vector<double> numbers) { return at::tensor(numbers, at::kDouble); }

// [n, d] of sample mean 0 and sample covariance I, exactly.
Tensor whitened(std::int64_t count, std::int64_t dimension) {
  const auto x = drawn_normal({count, dimension}, 1), centred = x - x.mean(0);
  const auto covariance = centred.t().matmul(centred) / static_cast<double>(count - 1);
  const auto root = at::linalg_cholesky(covariance);
  return at::linalg_solve_triangular(root, centred.t(), /*upper=*/false).t().contiguous();
}

// N(0, S) and N(m, S'): |m|^2 + sum (sqrt(s_i) - sqrt(s'_i))^2 of diagonal covariances.
Answer frechet(plugin::Catalog& catalog) {
  return about(
      "frechet", "of two Gaussians", "Dowson & Landau (1982): |m|^2 + sum (s_i - s'_i)^2", [&catalog] {
        const auto z = whitened(500, 4);
        const auto real = z * row({1, 2, 0.5, 3}), fake = z * row({2, 1, 0.5, 0.1}) + row({1, 0, -2, 0.5});
        return exactly({1 + 4 + 0.25 + 1 + 1 + 2.9 * 2.9},
                       {measured_value(catalog, {{"plugin", "frechet"}}, "frechet_distance", {real, fake})});
      });
}

Answer frechet_floor(plugin::Catalog& catalog) {
  return about(
      "frechet", "of two samples of N(0, I), d = 16, n = 1000", "d (d + 1) / 2n + 2d / n", [&catalog] {
        constexpr double d = 16, n = 1000;
        // The formula is of first order in 1 / n; what it leaves out is about d / n of it.
        Finding finding = repeated(d * (d + 1) / (2 * n) + 2 * d / n, 40, [&catalog](std::uint64_t seed) {
          return measured_value(catalog, {{"plugin", "frechet"}}, "frechet_distance",
                                {drawn_normal({1000, 16}, 2 * seed), drawn_normal({1000, 16}, 2 * seed + 1)});
        });
        return finding;
      });
}

// s = x . y of x ~ N(a, I), y ~ N(b, I) has E s = p, E s^2 = p^2 + |a|^2 + |b|^2 + d and
// E s^3 = p^3 + 3 p (|a|^2 + |b|^2 + d) + 6 p with p = a . b; the kernel is (s / d + 1)^3.
double mean_kernel(double a2, double b2, double p, double d) {
  const double second = p * p + a2 + b2 + d, third = p * p * p + 3 * p * (a2 + b2 + d) + 6 * p;
  return 1 + 3 * p / d + 3 * second / (d * d) + third / (d * d * d);
}

Answer kid(plugin::Catalog& catalog, double shift) {
  return about("kid", shift == 0 ? "of two samples of N(0, I)" : "of N(0, I) and its shift",
               "Binkowski et al. (2018), sec. 4; moments of x . y", [&catalog, shift] {
                 constexpr double d = 4;
                 const double m2 = shift * shift * d;
                 const double known =
                     mean_kernel(0, 0, 0, d) + mean_kernel(m2, m2, m2, d) - 2 * mean_kernel(0, m2, 0, d);
                 return repeated(known, 60, [&catalog, shift](std::uint64_t seed) {
                   return measured_value(
                       catalog, {{"plugin", "kid"}}, "kid",
                       {drawn_normal({200, 4}, 2 * seed), drawn_normal({200, 4}, 2 * seed + 1) + shift});
                 });
               });
}

// E k(x, y) = (s^2 / (s^2 + 2))^(d / 2) exp(-|m|^2 / (2 (s^2 + 2))) of N(0, I) and N(m, I) with a Gaussian
// kernel of deviation s; here the median distance of two points of the plane, 2 sqrt(log 2).
Answer mmd(plugin::Catalog& catalog, double shift) {
  return about("mmd", shift == 0 ? "of two samples of N(0, I)" : "of N(0, I) and its shift",
               "Gretton et al. (2012), eq. 3; a Gaussian integral", [&catalog, shift] {
                 const double s2 = 4 * std::log(2.0);
                 const double known = 2 * s2 / (s2 + 2) * (1 - std::exp(-shift * shift / (2 * (s2 + 2))));
                 const Json table{{"plugin", "mmd"}, {"bandwidths", {1.0}}};
                 return repeated(known, 60, [&catalog, table, shift](std::uint64_t seed) {
                   return measured_value(catalog, table, "mmd",
                                         {drawn_normal({300, 2}, 2 * seed),
                                          drawn_normal({300, 2}, 2 * seed + 1) + row({shift, 0})});
                 });
               });
}

Answer prdc_null(plugin::Catalog& catalog, const std::string& value) {
  return about("prdc", value + " of two samples of one distribution",
               "Naeem et al. (2020): density 1, coverage 1 - prod (n - i) / (2n - i)", [&catalog, value] {
                 constexpr std::int64_t n = 300, k = 5;
                 double missed = 1;
                 for (int i = 1; i <= k; ++i)
                   missed *= static_cast<double>(n - i) / static_cast<double>(2 * n - i);
                 const Json table{{"plugin", "prdc"}, {"k", k}};
                 return repeated(value == "density" ? 1 : 1 - missed, 60,
                                 [&catalog, table, value](std::uint64_t seed) {
                                   return measured_value(
                                       catalog, table, value,
                                       {drawn_normal({n, 3}, 2 * seed), drawn_normal({n, 3}, 2 * seed + 1)});
                                 });
               });
}

Answer prdc_extremes(plugin::Catalog& catalog) {
  return about("prdc", "of a sample and itself, and of one far away", "1, 1, 1 and 0, 0, 0, 0", [&catalog] {
    const auto real = drawn_normal({200, 3}, 1);
    const auto same = measured(catalog, {{"plugin", "prdc"}}, {real, real});
    const auto far = measured(catalog, {{"plugin", "prdc"}}, {real, real + 1000});
    Finding finding{{1, 1, 1, 0, 0, 0, 0}, {}, 0};
    for (const char* value : {"precision", "recall", "coverage"}) finding.got.push_back(same.at(value).at(0));
    for (const char* value : {"precision", "recall", "density", "coverage"})
      finding.got.push_back(far.at(value).at(0));
    return finding;
  });
}

Answer classifier_score(plugin::Catalog& catalog) {
  return about(
      "classifier_score", "at its bounds", "Salimans et al. (2016): 1 and the number of classes", [&catalog] {
        const auto samples = drawn_normal({100, 2}, 1);
        const auto score = [&](const Tensor& probability) {
          Shown shown{samples, samples};
          shown.probability = probability;
          return measured_value(catalog, {{"plugin", "classifier_score"}}, "classifier_score", shown);
        };
        return exactly({1, 1, 10}, {score(at::full({100, 10}, 0.1, at::kDouble)),
                                    score(at::eye(10, at::kDouble).narrow(0, 0, 1).expand({100, 10})),
                                    score(at::eye(10, at::kDouble).repeat({10, 1}))});
      });
}

// Each sample falls on one of K modes by chance: 2 n KL is nearly chi-squared of K - 1 degrees.
Answer mode_floor(plugin::Catalog& catalog) {
  return about("modes", "KL of true samples of 8 modes, n = 2500", "Miller (1955): (K - 1) / 2n", [&catalog] {
    const auto centres = at::stack({at::arange(8, at::kDouble), at::zeros({8}, at::kDouble)}, 1);
    return repeated(7.0 / 5000, 100, [&](std::uint64_t seed) {
      const auto label = (drawn_uniform({2500}, seed) * 8).floor().to(at::kLong);
      const auto fake = centres.index_select(0, label);
      return measured_value(catalog, {{"plugin", "modes"}}, "mode_kl", {fake, fake, centres, 0.01});
    });
  });
}

Answer mode_histogram(plugin::Catalog& catalog) {
  return about("modes", "KL and JS of one mode of four", "by hand; KL is log 4", [&catalog] {
    const auto centres = at::stack({at::arange(4, at::kDouble), at::zeros({4}, at::kDouble)}, 1);
    const auto fake = at::zeros({100, 2}, at::kDouble);
    const auto values = measured(catalog, {{"plugin", "modes"}}, {fake, fake, centres, 0.01});
    // p = (1, 0, 0, 0), u = 1/4 each, their mean (5/8, 1/8, 1/8, 1/8).
    const double js = (std::log(8.0 / 5) + 0.25 * std::log(2.0 / 5) + 0.75 * std::log(2.0)) / 2;
    return exactly({std::log(4.0), js}, {values.at("mode_kl").at(0), values.at("mode_js").at(0)});
  });
}

// Two places, hit by 3/4 and 1/4 of the real samples and by 1/4 and 3/4 of the generated ones.
Answer divergences(plugin::Catalog& catalog) {
  return about(
      "divergences", "of (3/4, 1/4) and (1/4, 3/4)", "log 3 / 2; 3/4 log 3/2 - 1/4 log 2; 1/2", [&catalog] {
        const auto real = row({0, 0, 0, 1}).repeat({16}).view({64, 1}), fake = 1 - real;
        const auto values =
            measured(catalog, {{"plugin", "divergences"}, {"pseudo_count", 1e-12}}, {real, fake});
        const double kl = std::log(3.0) / 2, js = 0.75 * std::log(1.5) - 0.25 * std::log(2.0);
        return exactly({kl, kl, js, 0.5}, {values.at("kl").at(0), values.at("reverse_kl").at(0),
                                           values.at("js").at(0), values.at("total_variation").at(0)});
      });
}

Answer disjoint(plugin::Catalog& catalog) {
  return about(
      "divergences", "of parallel lines", "Arjovsky et al. (2017), example 1: log 2 and 1", [&catalog] {
        const auto z = drawn_uniform({256, 1}, 1);
        const auto values = measured(catalog, {{"plugin", "divergences"}},
                                     {at::cat({at::zeros_like(z), z}, 1), at::cat({at::ones_like(z), z}, 1)});
        return exactly({std::log(2.0), 1}, {values.at("js").at(0), values.at("total_variation").at(0)});
      });
}

}  // namespace

Answers feature_answers(plugin::Catalog& catalog) {
  return {frechet(catalog),
          frechet_floor(catalog),
          kid(catalog, 0),
          kid(catalog, 0.5),
          mmd(catalog, 0),
          mmd(catalog, 1),
          prdc_null(catalog, "density"),
          prdc_null(catalog, "coverage"),
          prdc_extremes(catalog),
          classifier_score(catalog),
          mode_floor(catalog),
          mode_histogram(catalog),
          divergences(catalog),
          disjoint(catalog)};
}

}  // namespace monge::verify
