#include "conform/suite.h"

#include <functional>

#include "conform/documented.h"
#include "conform/kinds.h"
#include "conform/variants.h"
#include "train/calling.h"

namespace monge::conform {
namespace {

using Json = nlohmann::json;

std::string without_key(const std::string& text, const std::string& key) {
  const std::string prefix = "in " + key + ": ";
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

/// One check, as something that can be run: the kind is known to the function only.
struct Step {
  std::string name, why;
  std::function<Result()> run;
};

// " (with form = "saturating")": the parameters a fault was found with, "" at the defaults.
std::string settings_text(const Json& table) {
  std::string text;
  for (const auto& [name, value] : table.items()) {
    if (name != "plugin") text += (text.empty() ? " (with " : ", ") + name + " = " + value.dump();
  }
  return text.empty() ? "" : text + ")";
}

template <class Interface>
Result run(const Check<Interface>& check, plugin::Catalog& catalog, const std::string& key) {
  Result result{check.name, check.why, Verdict::not_applicable, ""};
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
    if (!fault.empty()) return {check.name, check.why, Verdict::failed, fault + settings_text(table)};
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
         return Result{"documented", "", fault.empty() ? Verdict::ok : Verdict::failed, fault};
       }});
  if (kind == Loss::kKind) add(steps, loss_checks(), catalog, key);
  if (kind == Enforcer::kKind) add(steps, enforcer_checks(), catalog, key);
  if (kind == Architecture::kKind) add(steps, architecture_checks(), catalog, key);
  if (kind == Dataset::kKind) add(steps, dataset_checks(), catalog, key);
  if (kind == Metric::kKind) add(steps, metric_checks(), catalog, key);
  return steps;
}

class List final : public Listener {
 public:
  void begins(const std::string&, const std::string&) override {}
  void ended(const Result& result) override { results.push_back(result); }
  std::vector<Result> results;
};

}  // namespace

const char* name_of(Verdict verdict) {
  return verdict == Verdict::ok ? "ok" : verdict == Verdict::failed ? "failed" : "not applicable";
}

void check_plugin(plugin::Catalog& catalog, const std::string& plugin, Listener& listener,
                  const std::string& after) {
  Result header{"header", "the host compares it before it calls anything of a plugin", Verdict::ok, ""};
  if (after.empty()) listener.begins(header.check, header.why);
  std::string key = plugin;
  try {
    train::calling(
        plugin, [&] { key = (plugin.ends_with(".so") ? catalog.add(plugin) : catalog.get(plugin)).key(); });
  } catch (const std::exception& error) {
    header.verdict = Verdict::failed;
    header.text = without_key(error.what(), plugin);
  }
  if (after.empty() || header.verdict == Verdict::failed) listener.ended(header);
  if (header.verdict == Verdict::failed) return;
  bool waiting = !after.empty() && after != header.check;
  for (const Step& step : steps_of(catalog, key)) {
    if (!waiting) {
      listener.begins(step.name, step.why);
      Result result = step.run();
      result.why = step.why;
      listener.ended(result);
    }
    waiting = waiting && step.name != after;
  }
}

std::vector<Result> check_plugin(plugin::Catalog& catalog, const std::string& plugin) {
  List list;
  check_plugin(catalog, plugin, list);
  return list.results;
}

}  // namespace monge::conform
