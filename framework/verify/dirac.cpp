// How the training of a Dirac-GAN moves: every loss with every enforcer.
#include "verify/dirac.h"

#include <cmath>
#include <functional>
#include <set>

#include "conform/variants.h"
#include "verify/dirac_map.h"
#include "verify/kinds.h"
#include "verify/known_penalties.h"

namespace monge::verify {
namespace {

constexpr const char* kMescheder = "Mescheder et al. (2018), def. 2.1 and sec. 3, arXiv:1801.04406";
constexpr Pace kPace{0.02, 5};
constexpr double kDifferences = 1e-8;  // what differences of two macro-steps are exact to

const Json& no_enforcer() {
  static const Json table{{"plugin", "none"}};
  return table;
}

// R1 with gamma / 2 |slope|^2.
Json r1(double gamma) { return gradient_penalty("real", gamma / 2, 0); }

struct KnownEnforcer {
  std::string name;
  Json table;
  double curvature;  // of its penalty at a slope of 0
};

std::vector<KnownEnforcer> known_enforcers() {
  std::vector<KnownEnforcer> all{{"none", no_enforcer(), 0},
                                 {"R1", r1(10), 10},
                                 {"clip", {{"plugin", "clip"}}, 0},
                                 {"LeCam", {{"plugin", "lecam"}}, 0}};
  for (const KnownPenalty& known : known_penalties()) {
    if (known.curvature && known.name != "R1") all.push_back({known.name, known.table, *known.curvature});
  }
  return all;
}

std::string key_of(const char* kind, const Json& table) {
  return std::string(kind) + "/" + table.at("plugin").get<std::string>();
}

Answer jacobian_answer(plugin::Catalog& catalog, const Json& loss, const std::string& enforcer_name,
                       const Json& enforcer, const std::function<Matrix()>& expected) {
  return {"dirac: Jacobian of " + label_of(loss) + " with " + enforcer_name,
          kMescheder,
          {key_of("loss", loss), key_of("enforcer", enforcer)},
          [&catalog, loss, enforcer, expected] {
            const Matrix known = expected(), got = trained_jacobian(catalog, loss, enforcer, kPace);
            return Finding{{known.begin(), known.end()}, {got.begin(), got.end()}, kDifferences};
          }};
}

// The upper one of (J - 1) / h, as [real, imaginary] parts.
std::vector<double> eigenvalue(double trace, double determinant) {
  const double square = trace * trace / 4 - determinant;
  return square < 0 ? std::vector{trace / 2, std::sqrt(-square)}
                    : std::vector{trace / 2 + std::sqrt(square), 0.0};
}

// As h -> 0 the eigenvalues are those of the gradient flow, -g/2 +- sqrt(g^2/4 - a^2).
Answer flow_answer(plugin::Catalog& catalog, const KnownLoss& loss, double gamma) {
  const Json enforcer = gamma == 0 ? no_enforcer() : r1(gamma);
  return {
      "dirac: eigenvalue of " + label_of(loss.table) + (gamma == 0 ? " with none" : " with R1") + ", h -> 0",
      kMescheder,
      {loss.key(), key_of("enforcer", enforcer)},
      [&catalog, loss, enforcer, gamma] {
        constexpr double h = 1e-5;
        const Matrix m = trained_jacobian(catalog, loss.table, enforcer, {h, 1});
        const double p = (m[0] - 1) / h, s = (m[3] - 1) / h;
        const double a = -loss.slopes->critic * loss.slopes->generator;  // a^2
        return Finding{eigenvalue(-gamma, a), eigenvalue(p + s, p * s - m[1] * m[2] / (h * h)), 2e-3};
      }};
}

// One row for each plugin, in its first form.
std::vector<KnownLoss> one_of_each() {
  std::vector<KnownLoss> chosen;
  std::set<std::string> seen;
  for (const KnownLoss& loss : known_losses()) {
    if (loss.slopes && seen.insert(loss.key()).second) chosen.push_back(loss);
  }
  return chosen;
}

}  // namespace

Answers dirac_answers(plugin::Catalog& catalog) {
  Answers answers;
  const auto known = [&](const KnownLoss& loss, const KnownEnforcer& enforcer) {
    answers.push_back(jacobian_answer(catalog, loss.table, enforcer.name, enforcer.table, [loss, enforcer] {
      return jacobian(*loss.slopes, {1, enforcer.curvature}, kPace);
    }));
  };
  const auto enforcers = known_enforcers();
  std::set<std::string> whole;
  for (const KnownLoss& loss : one_of_each()) {
    for (const KnownEnforcer& enforcer : enforcers) known(loss, enforcer);
    whole.insert(label_of(loss.table));
  }
  for (const KnownLoss& loss : known_losses()) {
    if (loss.slopes && !whole.contains(label_of(loss.table))) known(loss, enforcers.front());
  }
  for (const KnownLoss& loss : one_of_each()) {
    answers.push_back(flow_answer(catalog, loss, 0));
    answers.push_back(flow_answer(catalog, loss, 10));
  }
  for (auto& answer : trajectory_answers(catalog)) answers.push_back(std::move(answer));
  return answers;
}

Answers dirac_answers_of_loss(plugin::Catalog& catalog, const Json& loss) {
  Answers answers;
  for (const auto& [name, enforcer, curvature] : {known_enforcers()[0], known_enforcers()[1]}) {
    answers.push_back(jacobian_answer(catalog, loss, name, enforcer, [&catalog, loss, curvature = curvature] {
      return jacobian(slopes_of(*plugin::bind<Loss>(catalog, loss)), {1, curvature}, kPace);
    }));
  }
  return answers;
}

Answers dirac_answers_of_enforcer(plugin::Catalog& catalog, const Json& enforcer) {
  Answers answers;
  for (const KnownLoss& loss : one_of_each()) {
    if (loss.key() != "loss/bce" && loss.key() != "loss/wasserstein") continue;
    answers.push_back(jacobian_answer(catalog, loss.table, label_of(enforcer), enforcer, [&, loss, enforcer] {
      return jacobian(*loss.slopes, response_of(plugin::bind<Enforcer>(catalog, enforcer)), kPace);
    }));
  }
  return answers;
}

}  // namespace monge::verify
