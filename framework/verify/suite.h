// `runner verify`: known answers, compared with what the code that trains gives (ARCHITECTURE.md, known
// answers).
#pragma once

#include "conform/steps.h"
#include "verify/answer.h"

namespace monge::verify {

struct Choice {
  std::string plugin = {};  // its key or its file; "": all answers
  std::string only = {};    // those whose name or source holds this text, small and capital letters alike
  std::string after = {};   // those up to and including this one are left out
};

/// The answers chosen, in order; each result's `numbers` are expected, got, tolerance, in_errors, seconds.
/// Of a plugin: its own, or those of its kind. A plugin that cannot be opened fails the first step, and no
/// other is run.
void run(plugin::Catalog& catalog, const Choice& choice, conform::Listener& listener);

/// All answers of the built-in plugins and of the framework.
Answers all_answers(plugin::Catalog& catalog);

}  // namespace monge::verify
