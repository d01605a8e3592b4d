// The conformance suite: what the host relies on, asked of one plugin of any kind.
#pragma once

#include <string>
#include <vector>

#include "conform/steps.h"

namespace monge::conform {

/// Runs the checks of the plugin's kind, in order, each with every value of the parameters that are choices
/// or switches and with every preset. `plugin` is its key ("loss/bce") or its file ("/folder/mine.so").
/// `after`: those up to and including this one are left out ("": none are). A plugin that cannot be opened
/// fails the first, and no other is run.
void check_plugin(plugin::Catalog& catalog, const std::string& plugin, Listener& listener,
                  const std::string& after = "");

/// The same, as a list.
std::vector<Result> check_plugin(plugin::Catalog& catalog, const std::string& plugin);

}  // namespace monge::conform
