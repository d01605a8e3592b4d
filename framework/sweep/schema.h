// A JSON schema of experiment files, for editors that complete and check TOML.
#pragma once

#include "sweep/catalogue.h"

namespace monge::sweep {

/// Draft 7. Every section, every setting and every parameter of the plugins found, with types, ranges,
/// choices, defaults and documentation; what is not there is refused. Conditions are texts to it, and whether
/// a key suits a cell only `resolve` knows.
Json experiment_schema(const Catalogue& catalogue);

}  // namespace monge::sweep
