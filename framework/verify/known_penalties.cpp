#include "verify/known_penalties.h"

#include <cmath>

namespace monge::verify {
namespace {

KnownPenalty squared(std::string name, const char* where, double weight, double target, std::string source) {
  return {std::move(name),
          gradient_penalty(where, weight, target),
          [=](double s) { return weight * (s - target) * (s - target); },
          [=](double s) { return 2 * weight * (s - target); },
          target == 0 ? std::optional(2 * weight) : std::nullopt,
          std::move(source)};
}

KnownPenalty one_sided() {
  KnownPenalty known{"one-sided penalty",
                     gradient_penalty("lines", 10, 1),
                     [](double s) { return s > 1 ? 10 * (s - 1) * (s - 1) : 0; },
                     [](double s) { return s > 1 ? 20 * (s - 1) : 0; },
                     0.0,
                     "Petzka et al. (2018), eq. 8: 10 max(0, |w| - 1)^2"};
  known.table["sides"] = "one";
  return known;
}

KnownPenalty wgan_div() {
  KnownPenalty known{"WGAN-div",
                     gradient_penalty("lines", 2, 0),
                     [](double s) { return 2 * std::pow(s, 6); },
                     [](double s) { return 12 * std::pow(s, 5); },
                     0.0,
                     "Wu et al. (2018), k = 2, p = 6: 2 |w|^6"};
  known.table["exponent"] = 6;
  return known;
}

KnownPenalty max_gp() {
  KnownPenalty known = squared("MaxGP", "lines", 10, 0, "Zhou et al. (2019): 10 max |w|^2");
  known.table["over"] = "maximum";
  return known;
}

}  // namespace

Json gradient_penalty(const char* where, double weight, double target) {
  return {{"plugin", "gradient_penalty"}, {"where", where}, {"weight", weight}, {"target", target}};
}

const std::vector<KnownPenalty>& known_penalties() {
  static const std::vector<KnownPenalty> all{
      squared("gradient penalty", "lines", 10, 1, "Gulrajani et al. (2017), eq. 3: 10 (|w| - 1)^2"),
      one_sided(),
      squared("DRAGAN", "noise", 10, 1, "Kodali et al. (2017): 10 (|w| - 1)^2"),
      squared("R1", "real", 5, 0, "Mescheder et al. (2018), eq. 9: gamma / 2 |w|^2, gamma = 10"),
      squared("R2", "fake", 5, 0, "Mescheder et al. (2018), eq. 10: gamma / 2 |w|^2, gamma = 10"),
      squared("zero-centred penalty", "lines", 10, 0, "Thanh-Tung et al. (2019): 10 |w|^2"),
      wgan_div(),
      max_gp()};
  return all;
}

}  // namespace monge::verify
