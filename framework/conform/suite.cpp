#include "conform/suite.h"

#include <functional>

#include "conform/documented.h"
#include "conform/kinds.h"
#include "conform/variants.h"
#include "train/calling.h"

namespace monge::conform {
namespace {

using Json = nlohmann::json;

template <class Interface>
Result run(const Check<Interface>& check, plugin::Catalog& catalog, const std::string& key) {
  Result result;
  for (const Json& table : variants(catalog.get(key))) {
    std::string fault, spared;
    try {
      train::calling(key, [&] {
        try {
          fault = check.fault({catalog, table, plugin::bind<Interface>(catalog, table)});
        } catch (const Spared& reason) {
          spared = reason.what();
        }
      });
    } catch (const std::exception& error) {
      fault = without_key(error.what(), key);
    }
    if (!fault.empty()) return {"", "", Verdict::failed, fault + settings_text(table)};
    if (spared.empty()) {
      result.verdict = Verdict::ok;
    } else if (result.text.empty()) {
      result.text = spared;
    }
  }
  if (result.verdict == Verdict::ok) result.text.clear();
  return result;
}

template <class Interface>
void add(std::vector<Step>& steps, const Checks<Interface>& checks, plugin::Catalog& catalog,
         const std::string& key) {
  for (const auto& check : checks) {
    steps.push_back({check.name, check.why, [check, &catalog, key] { return run(check, catalog, key); }});
  }
}

std::vector<Step> steps_of(plugin::Catalog& catalog, const std::string& key) {
  const std::string kind = key.substr(0, key.find('/'));
  std::vector<Step> steps;
  steps.push_back(
      {"documented", "`runner plugin show` is all that a user of the plugin sees of it", [&catalog, key] {
         const std::string fault = undocumented(catalog.get(key).schema);
         return Result{"", "", fault.empty() ? Verdict::ok : Verdict::failed, fault};
       }});
  if (kind == Loss::kKind) add(steps, loss_checks(), catalog, key);
  if (kind == Enforcer::kKind) add(steps, enforcer_checks(), catalog, key);
  if (kind == Architecture::kKind) add(steps, architecture_checks(), catalog, key);
  if (kind == Dataset::kKind) add(steps, dataset_checks(), catalog, key);
  if (kind == Metric::kKind) add(steps, metric_checks(), catalog, key);
  return steps;
}

}  // namespace

void check_plugin(plugin::Catalog& catalog, const std::string& plugin, Listener& listener,
                  const std::string& after) {
  if (const auto key = open_plugin(catalog, plugin, listener, after)) {
    run_steps(steps_of(catalog, *key), listener, after);
  }
}

std::vector<Result> check_plugin(plugin::Catalog& catalog, const std::string& plugin) {
  Heard list;
  check_plugin(catalog, plugin, list);
  return list.results;
}

}  // namespace monge::conform
