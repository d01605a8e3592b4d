// The values that keys may have, as JSON schemas.
#pragma once

#include <map>
#include <string>

#include "sweep/catalogue.h"

namespace monge::sweep {

/// By dotted key: settings ("train.batch_size"), whole tables ("loss", "optimizer.critic") and what stands in
/// them ("loss.plugin", "loss.margin", "optimizer.critic.betas"). Tables name their parts by
/// {"$ref": "#/definitions/<key>"}.
std::map<std::string, Json> value_schemas(const Catalogue& catalogue);

/// {"$ref": "#/definitions/<key>"}
Json reference(const std::string& key);

/// An object of these properties and no others.
Json closed(Json properties);

}  // namespace monge::sweep
