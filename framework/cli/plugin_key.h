// KIND/NAME on a command line.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command.h"
#include "sweep/catalogue.h"

namespace monge::cli {

/// loss, enforcer, architecture, dataset, metric.
const std::vector<std::string>& plugin_kinds();

/// "losses": where a checkout keeps the sources of a kind.
std::string folder_of_kind(const std::string& kind);

/// Throws Error(Exit::usage) of `command` where `kind` is none of them.
void check_kind(const std::string& kind, const std::string& what, const std::string& command);

/// Throws Error(Exit::usage) of `command` where `key` is no KIND/NAME; for a bare name with the key that it
/// has in `folders`.
void check_key(const std::string& key, const std::vector<std::filesystem::path>& folders,
               const std::string& command);

/// Throws Error(Exit::usage) of `command` unless a plugin, and so its file, can be named `name`: [a-z0-9_]+.
void check_name(const std::string& name, const std::string& command);

/// Error(Exit::plugin) with the names there are and the nearest.
Error unknown_plugin(const std::string& key, const sweep::Catalogue& catalogue);

/// What an argument PLUGIN means: a file's path, or a KIND/NAME that is on the search path. Throws
/// Error(Exit::usage) of `command`, or Error(Exit::plugin) where there is none.
std::string plugin_argument(const std::string& given, const std::vector<std::filesystem::path>& folders,
                            const std::string& command);

/// --plugins DIR.
Option plugins_option();

}  // namespace monge::cli
