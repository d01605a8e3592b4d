// The Dirac-GAN (Mescheder et al. 2018, definition 2.1): real data at 0, a generator that is one point theta,
// a critic psi x. Around (0, 0) a macro-step is a linear map of (theta, psi), known in closed form.
#pragma once

#include <array>

#include "verify/known_losses.h"

namespace monge::verify {

/// What an enforcer makes of a small psi: its weight map multiplies it by `stretch`, its penalty costs
/// curvature psi^2 / 2.
struct Response {
  double stretch = 1, curvature = 0;
};

/// Throws conform::Spared for a penalty that does not cost the same each time.
void spare_states(const Schema& schema);

/// The same of any enforcer, by its values. Throws conform::Spared where psi = 0 is no place to rest.
Response response_of(const plugin::Bound<Enforcer>& enforcer);

/// How often and how far the players step.
struct Pace {
  double rate;                    // of gradient descent, h
  std::int64_t critic_steps = 1;  // n
};

using Matrix = std::array<double, 4>;  // [2, 2] by rows, theta first

/// Of the alternating map: n times psi <- psi - h (a theta + g psi), then theta <- theta - h b psi.
Matrix jacobian(const Slopes& loss, const Response& enforcer, const Pace& pace);

/// The same of a macro-step as it is trained, by differences of two.
Matrix trained_jacobian(plugin::Catalog& catalog, const Json& loss, const Json& enforcer, const Pace& pace);

/// The game at a pace.
Setup dirac_game(const Json& loss, const Json& enforcer, const Pace& pace);

}  // namespace monge::verify
