#include "conform/purity.h"

#include "conform/common.h"
#include "conform/enforcer_functions.h"
#include "conform/loss_functions.h"
#include "conform/steps.h"
#include "train/calling.h"

namespace monge::conform {
namespace {

using Json = nlohmann::json;

// The words of LibTorch go on for lines; the first says what it is.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

template <class Interface>
std::string impurity_of(plugin::Catalog& catalog, const Json& table) {
  const Subject<Interface> subject{catalog, table, plugin::bind<Interface>(catalog, table)};
  const std::string key = subject.plugin.key();
  std::string fault;
  try {
    train::calling(key, [&] {
      const Functions functions = functions_of(subject);
      for (const auto& check : {repeats, keeps_inputs, draws_from_the_host, reads_no_values, packs}) {
        if (fault.empty()) fault = check(functions);
      }
      if (fault.empty())
        fault = takes_reals_of<Interface>(subject, [](const auto& any) { return functions_of(any); });
    });
  } catch (const std::exception& error) {
    fault = without_key(error.what(), key);
  }
  return fault.empty() ? "" : key + ": " + first_line(fault);
}

}  // namespace

std::string impurity(plugin::Catalog& catalog, const Json& config) {
  std::string fault = impurity_of<Loss>(catalog, config.at("loss"));
  for (const Json& table : config.at("enforcer")) {
    if (fault.empty()) fault = impurity_of<Enforcer>(catalog, table);
  }
  return fault;
}

}  // namespace monge::conform
