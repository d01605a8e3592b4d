// The checks that are the same for every kind, over the functions of a plugin.
#pragma once

#include <algorithm>
#include <functional>
#include <variant>

#include "conform/check.h"
#include "conform/function.h"
#include "conform/variants.h"

namespace monge::conform {

template <class Interface>
using FunctionsOf = std::function<Functions(const Subject<Interface>&)>;

/// Whoever has no function has nothing to be checked.
inline const Functions& some(const Functions& functions) {
  if (functions.empty()) throw Spared("it has none of the functions that this is about");
  return functions;
}

/// Pure functions of their inputs: for every kind.
template <class Interface>
void add_purity(Checks<Interface>& checks, const FunctionsOf<Interface>& functions_of) {
  const auto add = [&](const char* name, const char* why, std::string (*fault)(const Functions&)) {
    checks.push_back({name, why, [fault, functions_of](const Subject<Interface>& subject) {
                        return fault(some(functions_of(subject)));
                      }});
  };
  add("repeatable", "a run that is continued must give the bits it would have given", repeats);
  add("inputs unchanged", "the tensors it is handed belong to the host and to others", keeps_inputs);
  add("random numbers", "only Draw's depend on the run's seed alone", draws_from_the_host);
  checks.push_back(
      {"two at once", "a grid trains many of it in one process", [functions_of](const auto& subject) {
         // Made when it is called, after the first one has answered alone.
         const auto other = [&](const Tensors&, Draw&) {
           const auto table = another(*subject.plugin.library, subject.table);
           const Subject<Interface> made{subject.catalog, table,
                                         plugin::bind<Interface>(subject.catalog, table)};
           for (const auto& function : functions_of(made)) function(1);
           return Tensors();
         };
         return stands_alone(some(functions_of(subject)),
                             {{"another", [](std::uint64_t) { return Tensors(); }, other}});
       }});
}

template <class Interface>
void add_memory(Checks<Interface>& checks, const FunctionsOf<Interface>& functions_of) {
  checks.push_back(
      {"memory", "what is kept with every call ends a long run",
       [functions_of](const auto& subject) { return keeps_memory(some(functions_of(subject))); }});
}

/// Another object of the plugin, alike but for its Reals: tensors, as in a pack whose runs differ in them.
template <class Interface>
Subject<Interface> with_tensors_as_reals(const Subject<Interface>& subject) {
  Subject<Interface> made{subject.catalog, subject.table,
                          plugin::bind<Interface>(*subject.plugin.library, subject.table)};
  for (const Param& param : subject.schema().params) {
    if (!param.vary) continue;
    const double value = subject.table.value(param.name, std::get<double>(param.fallback));
    param.vary(made.plugin.self, Real(at::full({}, value, at::kDouble)));
  }
  return made;
}

template <class Interface>
std::string takes_reals_of(const Subject<Interface>& subject, const FunctionsOf<Interface>& functions_of) {
  const Subject<Interface> varied = with_tensors_as_reals(subject);
  return takes_reals(functions_of(subject), functions_of(varied));
}

/// For functions that a GPU runs as graphs and a pack runs at once: of losses and enforcers.
template <class Interface>
void add_tracing(Checks<Interface>& checks, const FunctionsOf<Interface>& functions_of) {
  checks.push_back(
      {"no values read", "reading a value waits for the device, and a graph cannot hold it",
       [functions_of](const auto& subject) { return reads_no_values(some(functions_of(subject))); }});
  checks.push_back(
      {"reals", "in a pack a parameter of type Real is one value a run", [functions_of](const auto& subject) {
         const auto& params = subject.schema().params;
         if (std::none_of(params.begin(), params.end(), [](const Param& p) { return p.vary; }))
           throw Spared("it has no parameter of type Real");
         some(functions_of(subject));
         return takes_reals_of<Interface>(subject, functions_of);
       }});
  checks.push_back({"packs", "several runs are trained at once as one batched computation",
                    [functions_of](const auto& subject) { return packs(some(functions_of(subject))); }});
}

}  // namespace monge::conform
