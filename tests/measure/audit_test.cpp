#include "measure/audit.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "measure/audit_slopes.h"
#include "measure/evaluator.h"
#include "measure/samples.h"
#include "toy_game.h"
#include "train/step.h"

namespace audit_test {

using namespace toy;

namespace {

struct ClipHard final : Enforcer {
  static void describe(Describe<ClipHard>& d) { d.doc("clips at 0.01"); }
  Tensor project(const Tensor& w, const Role&) const override { return clamp(w, -0.01, 0.01); }
};

// Divides by the Frobenius norm, and counts its calls in its state.
struct UnitWeights final : Enforcer {
  static void describe(Describe<UnitWeights>& d) {
    d.doc("unit weights");
    d.state("calls", "number of calls",
            [](const Tensor& w, const Role&, Draw&) { return at::zeros({}, w.options()); });
  }
  Tensor weight(const Tensor& w, const Role& role, State& state) const override {
    state["calls"] = state["calls"] + 1;
    return role.part == Role::Part::weight ? w / w.square().sum().sqrt() : w;
  }
};

void set_critic(ToyGame& toy, const Layers& layers, std::int64_t classes = 0) {
  toy.game.critic = std::make_unique<train::Network>("critic", layers, Shape{2}, Shape{1}, classes);
  train::probe(toy.game);
}

void add_classes(ToyGame& toy) {
  toy.samples.train_label = at::arange(64, at::kLong).remainder(2);
  toy.samples.test_label = toy.samples.train_label;
  toy.game.problem.classes = 2;
}

measure::EvaluationSettings audited() {
  measure::EvaluationSettings settings;
  settings.samples = 64;
  settings.audited = true;
  return settings;
}

measure::AuditValues audit_of(const ToyGame& toy, const train::Progress& progress) {
  return measure::evaluate(toy.game, audited(), measure::copies_of(toy.game, progress, audited())).values;
}

double one(const measure::AuditValues& values, const std::string& name) {
  REQUIRE(values.at(name).size() == 1);
  return values.at(name).front();
}

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

std::size_t bin_of(const std::vector<double>& edges, double value) {
  return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin()) - 1;
}

}  // namespace

TEST_CASE("audit: a linear critic w has slope |w| at all points, and its gap is that of its means") {
  for (const auto precision : {at::kDouble, at::kFloat}) {
    ToyGame toy(precision);
    set_critic(toy, {linear(1)});
    train::Progress progress(toy.game);
    progress.critic.flat.copy_(at::tensor({3.0, 4.0, 1.0}));
    const auto values = audit_of(toy, progress);
    for (const std::string where : {"real", "fake", "between", "far"}) {
      const std::string name = "audit_slope_" + where;
      for (const char* statistic : {"_mean", "_p99", "_max"})
        CHECK(one(values, name + statistic) == doctest::Approx(5).epsilon(1e-6));
      CHECK(one(values, name + "_over_one") == 1);
      const auto& histogram = values.at(name + "_histogram");
      CHECK(histogram.at(bin_of(measure::slope_edges(), 5)) == 1);
      CHECK(sum(histogram) == 1);
    }
    CHECK(one(values, "audit_slope_pairs_max") <= 5 * (1 + 1e-6));
    CHECK(one(values, "audit_slope_pairs_max") > 4.9);
    const auto real = measure::held_out(toy.game, 64);
    const auto fake =
        measure::generate(toy.game, progress.generator, train::Purpose::evaluation_latent, 0, 64, {});
    const auto w = at::tensor({3.0, 4.0}, at::kDouble);
    const double gap = w.dot((real.x.mean(0) - fake.mean(0)).to(at::kDouble)).item<double>();
    CHECK(one(values, "audit_gap_test") == doctest::Approx(gap).epsilon(1e-5));
    CHECK(one(values, "audit_gap_test_by_slope") == doctest::Approx(gap / 5).epsilon(1e-5));
    CHECK(one(values, "audit_gap_train_by_slope") ==
          doctest::Approx(one(values, "audit_gap_train") / 5).epsilon(1e-5));
    CHECK(values.at("audit_critic_spectral_norm").at(0) == doctest::Approx(5).epsilon(1e-6));
    CHECK(values.at("audit_critic_stable_rank").at(0) == doctest::Approx(1).epsilon(1e-6));
  }
}

TEST_CASE("audit: the gap on training samples is another than that on held-out ones where they differ") {
  ToyGame toy;
  toy.samples.train = toy.samples.train + 10;
  set_critic(toy, {linear(1)});
  train::Progress progress(toy.game);
  progress.critic.flat.copy_(at::tensor({1.0, 0.0, 0.0}));
  const auto values = audit_of(toy, progress);
  CHECK(one(values, "audit_gap_train") - one(values, "audit_gap_test") == doctest::Approx(10).epsilon(0.05));
}

TEST_CASE("audit: slopes below one count as such, a constant critic has none") {
  ToyGame toy;
  set_critic(toy, {linear(1)});
  train::Progress progress(toy.game);
  progress.critic.flat.copy_(at::tensor({0.3, 0.4, 0.0}));
  CHECK(one(audit_of(toy, progress), "audit_slope_real_over_one") == 0);
  progress.critic.flat.zero_();
  const auto values = audit_of(toy, progress);
  CHECK(one(values, "audit_slope_far_max") == 0);
  CHECK(values.at("audit_slope_far_histogram").front() == 1);
  CHECK(one(values, "audit_slope_pairs_max") == 0);
  CHECK(std::isnan(one(values, "audit_gap_test_by_slope")));
  set_critic(toy, {constant({1})});  // its score does not depend on the sample at all
  CHECK(one(audit_of(toy, train::Progress(toy.game)), "audit_slope_real_max") == 0);
}

TEST_CASE("audit: clipping piles the weights up at its bound") {
  ToyGame toy;
  toy.add_enforcer<ClipHard>();
  train::probe(toy.game);
  train::Progress progress(toy.game);
  train::macro_step(toy.game, progress, false);
  const auto clipped = audit_of(toy, progress);
  CHECK(one(clipped, "audit_critic_weight_max") == 0.01);
  CHECK(one(clipped, "audit_critic_weight_at_max") > 0.9);  // they began up to 0.7 wide
  const auto& histogram = clipped.at("audit_critic_weight_histogram");
  CHECK(histogram.front() + histogram.back() > 0.9);
  CHECK(sum(histogram) == doctest::Approx(1));
  ToyGame free;
  train::Progress other(free.game);
  train::macro_step(free.game, other, false);
  CHECK(one(audit_of(free, other), "audit_critic_weight_at_max") < 0.2);
}

TEST_CASE("audit: the effective weights are audited, and no state advances") {
  ToyGame toy;
  toy.add_enforcer<UnitWeights>();
  train::probe(toy.game);
  train::Progress progress(toy.game);
  train::macro_step(toy.game, progress, false);
  const double calls = progress.weight_states[0][0].all().at("calls").item<double>();
  const auto critic = progress.critic.flat.clone();
  const auto values = audit_of(toy, progress);
  for (const double norm : values.at("audit_critic_spectral_norm")) CHECK(norm <= 1 + 1e-12);
  CHECK(values.at("audit_critic_spectral_norm").back() ==
        doctest::Approx(1));  // one row: Frobenius' norm is the spectral one
  CHECK(progress.weight_states[0][0].all().at("calls").item<double>() == calls);
  CHECK(progress.critic.flat.equal(critic));
}

TEST_CASE("audit: a critic with batch norm has no slope at a sample, but the gap of whole batches") {
  ToyGame toy;
  set_critic(toy, {linear(4), batch_norm(), relu(), linear(1)});
  train::Progress progress(toy.game);
  train::macro_step(toy.game, progress, false);
  const auto values = audit_of(toy, progress);
  for (const char* name : {"audit_slope_real_mean", "audit_slope_far_over_one", "audit_slope_pairs_max",
                           "audit_gap_test_by_slope", "audit_gap_train_by_slope"})
    CHECK(std::isnan(one(values, name)));
  CHECK(std::isnan(values.at("audit_slope_real_histogram").at(3)));
  CHECK(std::isfinite(one(values, "audit_gap_test")));
  CHECK(values.at("audit_critic_spectral_norm").size() == 3);
  CHECK(values.at("audit_critic_slope_by_layer").size() == 3);
  CHECK(std::isnan(values.at("audit_critic_slope_by_layer")[2]));
  CHECK(std::isnan(values.at("audit_critic_spectral_norm")[1]));
  const train::Batch real{measure::held_out(toy.game, 20).x, {}};  // batches of 8: two whole ones
  CHECK(measure::scores(toy.game, progress.critic, real).size(0) == 16);
}

TEST_CASE("audit: a conditional critic is asked of each sample's class, pairs of one class only") {
  ToyGame toy;
  add_classes(toy);
  set_critic(toy, {embed_label(1), linear(1)}, 2);
  train::Progress progress(toy.game);
  // D(x, y) = 3 x_1 + 4 x_2 + 1000 y: across classes it would be steep.
  progress.critic.values[0].copy_(at::tensor({0.0, 1000.0}).view({2, 1}));
  progress.critic.values[1].copy_(at::tensor({3.0, 4.0, 1.0}).view({1, 3}));
  const auto values = audit_of(toy, progress);
  CHECK(one(values, "audit_slope_real_max") == doctest::Approx(5));
  CHECK(one(values, "audit_slope_pairs_max") <= 5.0001);
}

TEST_CASE("audit: the depth of a network shows in the gradients of its layers") {
  ToyGame toy;
  train::Progress progress(toy.game);
  train::macro_step(toy.game, progress, false);
  const auto values = audit_of(toy, progress);
  const auto norm = [](const std::vector<double>& layers) {
    return std::sqrt(std::inner_product(layers.begin(), layers.end(), layers.begin(), 0.0));
  };
  CHECK(norm(values.at("audit_critic_gradient_norm")) ==
        doctest::Approx(progress.critic_moments.gradient.norm().item<double>()));
  CHECK(norm(values.at("audit_generator_gradient_norm")) ==
        doctest::Approx(progress.generator_moments.gradient.norm().item<double>()));
  CHECK(values.at("audit_critic_slope_by_layer").at(0) ==
        doctest::Approx(one(values, "audit_slope_real_mean")));
}

TEST_CASE("audit: a critic that is no longer finite is audited to NaN, not to a fault") {
  ToyGame toy;
  train::Progress progress(toy.game);
  train::macro_step(toy.game, progress, false);
  progress.critic.flat.fill_(NAN);
  progress.generator.flat.fill_(NAN);
  toy.samples.modes = at::tensor({0.0, 0.0, 1.0, 1.0}).view({2, 2});
  const auto values = audit_of(toy, progress);
  for (const char* name : {"audit_slope_real_mean", "audit_slope_between_p99", "audit_slope_pairs_max",
                           "audit_gap_test", "audit_gap_test_by_slope", "audit_critic_weight_at_max",
                           "audit_sample_variance", "audit_mode_entropy"})
    CHECK(std::isnan(one(values, name)));
}

TEST_CASE("audit: it reads the critic and draws for itself, so training goes the same with and without it") {
  ToyGame toy;
  train::Progress with(toy.game), without(toy.game);
  for (int i = 0; i < 3; ++i) {
    train::macro_step(toy.game, with, true);
    audit_of(toy, with);
    train::macro_step(toy.game, without, false);
  }
  CHECK(with.critic.flat.equal(without.critic.flat));
  CHECK(with.generator.flat.equal(without.generator.flat));
}

TEST_CASE("audit histograms: edges are fixed, shares add up to one, the outermost bins are open") {
  const auto edges = measure::slope_edges();
  CHECK(edges.front() == 0);
  CHECK(std::find(edges.begin(), edges.end(), 1.0) != edges.end());
  const auto shares = measure::shares(at::tensor({0.0, 1.0, 0.999999, 1e9}, at::kDouble), edges);
  CHECK(shares.front() == 0.25);
  CHECK(shares.back() == 0.25);
  CHECK(shares.at(bin_of(edges, 1.0)) == 0.25);
  CHECK(shares.at(bin_of(edges, 1.0) - 1) == 0.25);
  const auto weights =
      measure::shares(at::tensor({-1.0, 1.0, 0.0, NAN}, at::kDouble), measure::weight_edges());
  CHECK(weights.size() == 64);
  CHECK(weights.front() == 0.25);
  CHECK(weights.back() == 0.25);
  CHECK(weights.at(32) == 0.25);  // NaN is nowhere
}

}  // namespace audit_test
