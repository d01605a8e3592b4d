// Whether a plugin says what it is.
#pragma once

#include <monge/describe.h>

#include <string>

namespace monge::conform {

/// The first thing left unsaid, "" where there is none: a sentence, the paper, a sentence for each parameter,
/// reported value and state; presets whose settings exist.
std::string undocumented(const Schema& schema);

}  // namespace monge::conform
