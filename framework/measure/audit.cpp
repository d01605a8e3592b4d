#include "measure/audit.h"

#include <algorithm>
#include <cmath>

#include "measure/audit_layers.h"
#include "measure/audit_slopes.h"
#include "measure/audit_spread.h"
#include "measure/evaluator.h"
#include "measure/samples.h"

namespace monge::measure {
namespace {

using train::Batch;
using train::Draws;

Draws draws(const train::Game& game, std::int64_t step, std::string_view what) {
  return {game.seed, train::Purpose::audit, static_cast<std::uint64_t>(step), game.options,
          train::stream_of(what)};
}

Batch first(const Batch& batch, std::int64_t count) {
  return {batch.x.narrow(0, 0, count), batch.label.defined() ? batch.label.narrow(0, 0, count) : Tensor()};
}

// As many samples of the training split, the same at every evaluation of a seed.
Batch training_samples(const train::Game& game, std::int64_t count) {
  auto draw = draws(game, 0, "training samples");
  const auto index = draw.index({count}, game.data->train.size(0));
  const auto& label = game.data->train_label;
  return {train::normalised(game.data->train.index_select(0, index), game.options),
          label.defined() ? label.index_select(0, index) : Tensor()};
}

void add_norms(AuditValues& values, const std::string& where, const Tensor& slope) {
  const std::string name = "audit_slope_" + where;
  const auto norm = slope.defined() ? slope.to(at::kCPU, at::kDouble) : at::full({1}, NAN, at::kDouble);
  values[name + "_mean"] = {norm.mean().item<double>()};
  values[name + "_p99"] = {at::quantile(norm, 0.99).item<double>()};
  values[name + "_max"] = {norm.max().item<double>()};
  values[name + "_over_one"] = {slope.defined() ? (norm > 1).to(at::kDouble).mean().item<double>() : NAN};
  values[name + "_histogram"] =
      slope.defined() ? shares(norm, slope_edges()) : std::vector<double>(slope_edges().size(), NAN);
}

// Mean cosine of the critic's gradients at samples of a fixed generator and the optimal critic's.
double cosine(const train::Game& game, const Copies& copies, const Looked& at_fake) {
  if (!at_fake.gradient.defined()) return NAN;
  const auto optimal =
      optimal_slope(game, train::Purpose::evaluation_latent, copies.step, at_fake.gradient.size(0));
  return optimal.defined()
             ? at::cosine_similarity(at_fake.gradient.flatten(1), optimal.flatten(1)).mean().item<double>()
             : NAN;
}

std::vector<double> by_layer(const train::Network& critic, const Looked& looked) {
  if (!looked.by_layer.defined()) return std::vector<double>(layer_names(critic).size(), NAN);
  const auto slopes = looked.by_layer.to(at::kCPU, at::kDouble).contiguous();
  return {slopes.const_data_ptr<double>(), slopes.const_data_ptr<double>() + slopes.numel()};
}

// A critic with batch norm has no slope at a single sample: NaN.
void add_slopes(AuditValues& values, const train::Game& game, const Copies& copies, const Batch& real,
                const Batch& fake) {
  const bool coupled = game.critic->couples_batch();
  const auto slope_at = [&](const std::string& where, const Batch& at) {
    const Looked looked = coupled ? Looked{} : look(game, copies.critic, at, where == "real");
    add_norms(values, where, looked.slope);
    if (where == "real") values["audit_critic_slope_by_layer"] = by_layer(*game.critic, looked);
    if (where == "fake") values["audit_slope_cosine"] = {cosine(game, copies, looked)};
    return looked.score;
  };
  auto on_lines = draws(game, copies.step, "between"), far_off = draws(game, copies.step, "far");
  const auto of_real = slope_at("real", real), of_fake = slope_at("fake", fake);
  slope_at("between", {between(real.x, fake.x, on_lines), real.label});
  slope_at("far", {far_from(real.x, far_off), real.label});
  const Batch both{at::cat({real.x, fake.x}),
                   real.label.defined() ? at::cat({real.label, fake.label}) : Tensor()};
  values["audit_slope_pairs_max"] = {
      coupled ? NAN : steepest_pair(both, at::cat({of_real, of_fake}), game.critic->conditional())};
}

void add_gaps(AuditValues& values, const train::Game& game, const Copies& copies, const Batch& real,
              const Batch& fake) {
  const auto mean = [&](const Batch& at) {
    return scores(game, copies.critic, at).to(at::kDouble).mean().item<double>();
  };
  const double of_fake = mean(fake), slope = values.at("audit_slope_between_p99").front();
  const double test = mean(real) - of_fake, train = mean(training_samples(game, real.x.size(0))) - of_fake;
  values["audit_gap_test"] = {test};
  values["audit_gap_train"] = {train};
  values["audit_gap_test_by_slope"] = {slope > 0 ? test / slope : NAN};
  values["audit_gap_train_by_slope"] = {slope > 0 ? train / slope : NAN};
}

void add_weights(AuditValues& values, const train::Game& game, const Copies& copies) {
  std::vector<Tensor> all;
  for (std::size_t i = 0; i < copies.critic.values.size(); ++i) {
    if (game.critic->parameters()[i].role.part == Role::Part::weight)
      all.push_back(copies.critic.values[i].flatten());
  }
  constexpr double kAtMax = 0.95;  // an optimiser's step or two within the bound
  const auto weight = all.empty() ? at::full({1}, NAN, game.options) : at::cat(all);
  const auto size = weight.abs();
  const double most = size.max().item<double>();
  const bool usable = most > 0 && std::isfinite(most);
  values["audit_critic_weight_max"] = {most};
  values["audit_critic_weight_at_max"] = {
      usable ? (size >= kAtMax * most).to(at::kDouble).mean().item<double>() : NAN};
  values["audit_critic_weight_histogram"] = usable ? shares((weight / most).clamp_(-1, 1), weight_edges())
                                                   : std::vector<double>(weight_edges().size(), NAN);
}

void add_layers(AuditValues& values, const train::Game& game, const Copies& copies) {
  auto [norm, stable_rank] = spectra(*game.critic, copies.critic.values, game.seed);
  values["audit_critic_spectral_norm"] = std::move(norm);
  values["audit_critic_stable_rank"] = std::move(stable_rank);
  values["audit_critic_gradient_norm"] = gradient_norms(*game.critic, copies.critic_gradient);
  values["audit_generator_gradient_norm"] = gradient_norms(*game.generator, copies.generator_gradient);
}

}  // namespace

std::int64_t slope_points(std::int64_t samples) { return std::clamp<std::int64_t>(samples / 4, 1, 512); }

std::vector<double> slope_edges() {
  std::vector<double> edges = {0};
  for (int i = -32; i <= 32; ++i) edges.push_back(std::pow(10, i / 8.0));
  return edges;
}

std::vector<double> weight_edges() {
  std::vector<double> edges;
  for (int i = -32; i < 32; ++i) edges.push_back(i / 32.0);
  return edges;
}

std::vector<double> shares(const Tensor& values, const std::vector<double>& lower_edges) {
  at::NoGradGuard no_grad;
  const auto bins = static_cast<std::int64_t>(lower_edges.size());
  const auto flat = values.flatten().to(at::kDouble);
  const auto edges = at::tensor(lower_edges, at::kDouble).to(flat.device());
  // 0 is below all edges; so is what is no number.
  const auto bin = at::bucketize(flat, edges, false, /*right=*/true).masked_fill(flat.isnan(), 0);
  const auto share = at::bincount(bin, {}, bins + 1).to(at::kCPU, at::kDouble) / flat.numel();
  return {share.const_data_ptr<double>() + 1, share.const_data_ptr<double>() + bins + 1};
}

AuditValues audit(const train::Game& game, const Copies& copies, const Batch& real, const Tensor& fake) {
  at::NoGradGuard no_grad;
  AuditValues values;
  const std::int64_t points = slope_points(real.x.size(0));
  const Batch made{fake, real.label};
  add_slopes(values, game, copies, first(real, points), first(made, points));
  add_gaps(values, game, copies, real, made);
  add_weights(values, game, copies);
  add_layers(values, game, copies);
  const auto asked = game.generator->conditional() ? real.label : Tensor();
  values["audit_sample_variance"] = {variance_ratio(real.x, fake, asked)};
  values["audit_mode_entropy"] = {mode_entropy(fake, game.data->modes)};
  return values;
}

}  // namespace monge::measure
