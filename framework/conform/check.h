// What a check is: a name, why it matters, and a function that finds the fault.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "plugin/bind.h"

namespace monge::conform {

/// A plugin under examination: one object of it, and how to make another.
template <class Interface>
struct Subject {
  plugin::Catalog& catalog;
  nlohmann::json table;  // the parameters of `plugin`
  plugin::Bound<Interface> plugin;

  const Interface* operator->() const { return plugin.object.get(); }
  const Schema& schema() const { return plugin.schema(); }
};

template <class Interface>
struct Check {
  std::string name;  // a few words: "sign of the critic"
  std::string why;   // one sentence: what goes wrong in a run without it
  /// The fault as a clause, "" where there is none. What it throws is a fault, too, but for Spared.
  std::function<std::string(const Subject<Interface>&)> fault;
};

/// Thrown by a check that has nothing to say about this plugin; the text says why.
struct Spared : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class Interface>
using Checks = std::vector<Check<Interface>>;

}  // namespace monge::conform
