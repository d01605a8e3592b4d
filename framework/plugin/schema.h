// What the host cannot work with in what a plugin says of itself, whatever its functions do.
#pragma once

#include <monge/describe.h>

#include <string>

namespace monge::plugin {

/// The first such thing as a clause, "" where there is none: names that cannot stand in an experiment, that
/// come twice or are the host's own; defaults that are not allowed; goals and dimensions that nobody knows;
/// what only plugins of another kind have.
std::string unusable(const Schema& schema, const std::string& kind);

/// Whether results or rules have something else of this name, so that no value of a metric can be called so.
bool is_taken(const std::string& value);

}  // namespace monge::plugin
