// The Dirac-GAN's answers in their three parts.
#pragma once

#include "verify/answer.h"
#include "verify/trial.h"

namespace monge::verify {

/// Of one loss with no enforcer and with R1, its slopes by its own values.
Answers dirac_answers_of_loss(plugin::Catalog& catalog, const Json& loss);
/// Of one enforcer with BCE and Wasserstein, its response by its own values.
Answers dirac_answers_of_enforcer(plugin::Catalog& catalog, const Json& enforcer);
/// Long games far from rest: who cycles, who converges.
Answers trajectory_answers(plugin::Catalog& catalog);

}  // namespace monge::verify
