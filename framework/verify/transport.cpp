// Transport distances of samples that were moved in a known way.
#include <cmath>

#include "verify/measuring.h"
#include "verify/trial.h"

namespace monge::verify {
namespace {

double exact_w1(plugin::Catalog& catalog, const Tensor& real, const Tensor& fake) {
  return measured_value(catalog, {{"plugin", "exact_w1"}, {"samples", 4096}}, "exact_w1", {real, fake});
}

// No pairing beats moving all samples by the same m: their mean moves by it.
Answer shift(plugin::Catalog& catalog) {
  return about("exact_w1", "of a shift", "|m|, by the means of both samples", [&catalog] {
    const auto real = drawn_normal({512, 8}, 1);
    const auto shift = at::full({8}, 2 / std::sqrt(8.0), at::kDouble);
    return exactly({2}, {exact_w1(catalog, real, real + shift)});
  });
}

Answer atoms(plugin::Catalog& catalog) {
  return about("exact_w1", "of the point 0 and the pair -1, 1", "LNets, absolute value task: 1", [&catalog] {
    const auto pair = at::tensor({-1.0, 1.0}, at::kDouble).repeat({32}).view({64, 1});
    return exactly({1}, {exact_w1(catalog, at::zeros_like(pair), pair)});
  });
}

// The integral of |F_n - G_n| is that of a Brownian bridge: E |B(t)| = sqrt(2 t (1 - t) / pi).
Answer two_uniform_samples(plugin::Catalog& catalog) {
  return about("exact_w1", "of two samples of U[0, 1], n = 256", "sqrt(2 pi) / 8 sqrt(2 / n)", [&catalog] {
    return repeated(std::sqrt(2 * M_PI) / 8 * std::sqrt(2.0 / 256), 60, [&catalog](std::uint64_t seed) {
      return exact_w1(catalog, drawn_uniform({256, 1}, 2 * seed), drawn_uniform({256, 1}, 2 * seed + 1));
    });
  });
}

Tensor points(plugin::Catalog& catalog, const Json& table) {
  return loaded(catalog, table).test.to(at::kDouble);
}

// A function of slope 1 falls along each point's way by just its length: no transport is shorter than the
// mean.
Answer from_moved_rays(plugin::Catalog& catalog) {
  Answer answer = about(
      "exact_w1", "of the points of moved_rays before and after",
      "Korotin et al. (2022): the mean of the moves", [&catalog] {
        const auto from = points(catalog, {{"plugin", "moved_rays"}, {"moved", false}}).narrow(0, 0, 512);
        const auto to = points(catalog, {{"plugin", "moved_rays"}}).narrow(0, 0, 512);
        const double moved = (to - from).norm(2, 1).mean().item<double>();
        return Finding{{moved}, {exact_w1(catalog, from, to)}, 1e-6};  // of float32 points
      });
  answer.plugins.emplace_back("dataset/moved_rays");
  return answer;
}

Answer from_parallel_lines(plugin::Catalog& catalog) {
  Answer answer =
      about("exact_w1", "of parallel lines", "Arjovsky et al. (2017), example 1: |theta|", [&catalog] {
        const auto at_theta =
            points(catalog, {{"plugin", "parallel_lines"}, {"theta", 0.5}}).narrow(0, 0, 512);
        const auto at_zero = points(catalog, {{"plugin", "parallel_lines"}}).narrow(0, 0, 512);
        return exactly({0.5}, {exact_w1(catalog, at_zero, at_theta)});
      });
  answer.plugins.emplace_back("dataset/parallel_lines");
  return answer;
}

// A generator that makes real samples with noise N(0, 1) on them (Gulrajani et al. 2017, fig. 1a): values of
// an independent linear assignment, means of 37 draws and the deviation of one.
Answer fixed_generator(plugin::Catalog& catalog, const std::string& dataset, double distance,
                       double deviation) {
  Answer answer =
      about("exact_w1", "of " + dataset + " with noise N(0, 1), n = 2048",
            "scipy's linear_sum_assignment, mean of 37 draws", [=, &catalog] {
              constexpr std::int64_t kCount = 2048;
              const auto all = points(catalog, {{"plugin", dataset}});
              const auto fake = all.narrow(0, kCount, kCount) + drawn_normal({kCount, 2}, 1);
              return by_chance({distance}, {exact_w1(catalog, all.narrow(0, 0, kCount), fake)}, deviation);
            });
  answer.plugins.push_back("dataset/" + dataset);
  return answer;
}

// With half the squared distance the entropy's bias is the same in all three terms: |m|^2 / 2 is left.
Answer sinkhorn_shift(plugin::Catalog& catalog) {
  return about("sinkhorn", "of a shift, squared cost", "Feydy et al. (2019): |m|^2 / 2", [&catalog] {
    const auto real = drawn_normal({256, 3}, 1);
    const auto shift = at::full({3}, 1 / std::sqrt(3.0), at::kDouble);
    const Json table{{"plugin", "sinkhorn"}, {"cost", "squared"}, {"epsilon", 0.5}, {"iterations", 5000}};
    return Finding{{0.5}, {measured_value(catalog, table, "sinkhorn", {real, real + shift})}, 1e-6};
  });
}

Answer sinkhorn_of_itself(plugin::Catalog& catalog) {
  return about("sinkhorn", "of a sample and itself", "Feydy et al. (2019), theorem 1: 0", [&catalog] {
    const auto real = drawn_normal({256, 3}, 1);
    return Finding{{0}, {measured_value(catalog, {{"plugin", "sinkhorn"}}, "sinkhorn", {real, real})}, 1e-6};
  });
}

}  // namespace

Answers transport_answers(plugin::Catalog& catalog) {
  return {shift(catalog),
          atoms(catalog),
          two_uniform_samples(catalog),
          from_moved_rays(catalog),
          from_parallel_lines(catalog),
          fixed_generator(catalog, "ring", 0.825, 0.011),
          fixed_generator(catalog, "grid", 0.587, 0.014),
          fixed_generator(catalog, "swiss_roll", 0.607, 0.018),
          sinkhorn_shift(catalog),
          sinkhorn_of_itself(catalog)};
}

}  // namespace monge::verify
