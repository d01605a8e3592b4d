// Long games of the Dirac-GAN, far from rest, where losses and penalties are no longer linear: trained, and
// played in plain arithmetic from the methods' formulas.
#include <algorithm>
#include <cmath>
#include <functional>

#include "verify/dirac.h"
#include "verify/dirac_map.h"
#include "verify/known_penalties.h"

namespace monge::verify {
namespace {

using Function = std::function<double(double)>;

constexpr double kStepSize = 0.1;
constexpr int kSteps = 300, kLast = 100;     // the last ones last longer than a turn around the data
constexpr double kTheta = 0.9, kPsi = 0.37;  // where it begins

// What the players descend, as derivatives: of the losses by a fake score, of the penalty by psi.
struct LossRule {
  const char* name;
  Function critic, generator;
};
struct EnforcerRule {
  std::string name;
  Json table;
  Function penalty = [](double) { return 0.0; };
  Function project = [](double psi) { return psi; };
  bool normalised = false;  // the critic is x -> sign(psi) x, and psi has no gradient
};

struct Path {
  double theta = kTheta, psi = kPsi, farthest = 0;  // |theta| in the last steps

  void look(int step) {
    if (step >= kSteps - kLast) farthest = std::max(farthest, std::abs(theta));
  }
  std::vector<double> numbers() const { return {theta, psi, farthest}; }
};

Path played(const LossRule& loss, const EnforcerRule& enforcer) {
  Path path;
  const auto critic = [&] { return enforcer.normalised ? std::copysign(1.0, path.psi) : path.psi; };
  for (int step = 0; step < kSteps; ++step) {
    if (!enforcer.normalised) {
      const double pull = loss.critic(path.psi * path.theta) * path.theta;
      path.psi = enforcer.project(path.psi - kStepSize * (pull + enforcer.penalty(path.psi)));
    }
    path.theta -= kStepSize * loss.generator(critic() * path.theta) * critic();
    path.look(step);
  }
  return path;
}

Path trained(plugin::Catalog& catalog, const LossRule& loss, const EnforcerRule& enforcer) {
  Trial trial(catalog, dirac_game({{"plugin", loss.name}}, enforcer.table, {kStepSize}));
  trial.begin(at::full({1}, kTheta, at::kDouble), at::full({1}, kPsi, at::kDouble));
  Path path;
  for (int step = 0; step < kSteps; ++step) {
    trial.step();
    path.theta = trial.progress->generator.flat.item<double>();
    path.psi = trial.progress->critic.flat.item<double>();
    path.look(step);
  }
  return path;
}

std::vector<LossRule> losses() {
  const auto sigmoid = [](double t) { return 1 / (1 + std::exp(-t)); };
  return {{"wasserstein", [](double) { return 1.0; }, [](double) { return -1.0; }},
          {"bce", sigmoid, [sigmoid](double t) { return -sigmoid(-t); }}};
}

Answer never_rests(plugin::Catalog& catalog, const LossRule& loss, const EnforcerRule& enforcer,
                   const std::string& how) {
  return {"dirac: " + std::string(loss.name) + " with " + enforcer.name + " " + how,
          "Mescheder et al. (2018), sec. 2 and 3, played in plain arithmetic",
          {"loss/" + std::string(loss.name), "enforcer/" + enforcer.table.at("plugin").get<std::string>()},
          [&catalog, loss, enforcer] {
            return exactly(played(loss, enforcer).numbers(), trained(catalog, loss, enforcer).numbers());
          }};
}

Answer comes_to_rest(plugin::Catalog& catalog, const LossRule& loss, const EnforcerRule& enforcer) {
  return {"dirac: " + std::string(loss.name) + " with " + enforcer.name + " comes to rest at the data",
          "Mescheder et al. (2018), sec. 4.1",
          {"loss/" + std::string(loss.name), "enforcer/" + enforcer.table.at("plugin").get<std::string>()},
          [&catalog, loss, enforcer] {
            return Finding{{0, 0, 0}, trained(catalog, loss, enforcer).numbers(), 1e-2};
          }};
}

// Alternating steps of a bilinear game turn on an ellipse: theta^2 + psi^2 - h theta psi never changes.
Answer ellipse(plugin::Catalog& catalog) {
  return {"dirac: wasserstein with none stays on its ellipse for ever",
          "symplectic Euler: theta^2 + psi^2 - h theta psi is kept",
          {"loss/wasserstein", "enforcer/none"},
          [&catalog] {
            const auto kept = [](const Path& p) {
              return p.theta * p.theta + p.psi * p.psi - kStepSize * p.theta * p.psi;
            };
            const EnforcerRule none{.name = "none", .table = {{"plugin", "none"}}};
            return exactly({kept({})}, {kept(trained(catalog, losses().front(), none))});
          }};
}

}  // namespace

Answers trajectory_answers(plugin::Catalog& catalog) {
  const EnforcerRule none{.name = "none", .table = {{"plugin", "none"}}};
  const EnforcerRule clip{.name = "clip",
                          .table = {{"plugin", "clip"}, {"bound", 0.5}},
                          .project = [](double psi) { return std::clamp(psi, -0.5, 0.5); }};
  const EnforcerRule one_centred{
      .name = "gradient_penalty", .table = gradient_penalty("lines", 0.7, 1), .penalty = [](double psi) {
        return 1.4 * (std::abs(psi) - 1) * std::copysign(1.0, psi);
      }};
  const EnforcerRule spectral{
      .name = "spectral_norm", .table = {{"plugin", "spectral_norm"}}, .normalised = true};
  const EnforcerRule r1{.name = "R1", .table = gradient_penalty("real", 0.5, 0)};
  const EnforcerRule r2{.name = "R2", .table = gradient_penalty("fake", 0.5, 0)};
  Answers answers{ellipse(catalog)};
  for (const LossRule& loss : losses()) {
    answers.push_back(never_rests(catalog, loss, none, "turns around the data for ever"));
    answers.push_back(never_rests(catalog, loss, clip, "turns around the data for ever"));
    answers.push_back(never_rests(catalog, loss, one_centred, "never comes to rest"));
    answers.push_back(never_rests(catalog, loss, spectral, "runs away on one side"));
    answers.push_back(comes_to_rest(catalog, loss, r1));
    answers.push_back(comes_to_rest(catalog, loss, r2));
  }
  return answers;
}

}  // namespace monge::verify
