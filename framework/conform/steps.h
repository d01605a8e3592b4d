// An examination as a list of steps, each announced before it begins, so that a crash or a hang has a name.
// What `plugin check` and `verify` have in common.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "plugin/catalog.h"

namespace monge::conform {

enum class Verdict { ok, failed, not_applicable };
const char* name_of(Verdict verdict);  // "ok", "failed", "not applicable"

struct Result {
  std::string check, why;
  Verdict verdict = Verdict::not_applicable;
  std::string text;  // the fault with the parameters it was found with, or why the check does not apply
  nlohmann::json numbers = nlohmann::json::object();  // what was found, where the check is about numbers
};

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void begins(const std::string& check, const std::string& why) = 0;
  virtual void ended(const Result& result) = 0;
};

/// A listener that keeps the results.
struct Heard final : Listener {
  void begins(const std::string&, const std::string&) override {}
  void ended(const Result& result) override { results.push_back(result); }
  std::vector<Result> results;
};

struct Step {
  std::string name, why;  // names differ within a list
  std::function<Result()> run;
};

/// The step "header": opens `plugin`, its key ("loss/bce") or its file ("/folder/mine.so"). Its key, or
/// nothing where it cannot be opened. Not announced with an `after`.
std::optional<std::string> open_plugin(plugin::Catalog& catalog, const std::string& plugin,
                                       Listener& listener, const std::string& after);

/// Runs those after the step named `after`; all where that is "" or "header".
void run_steps(const std::vector<Step>& steps, Listener& listener, const std::string& after);

/// " (with form = "saturating")": the parameters of a plugin's table, "" at the defaults.
std::string settings_text(const nlohmann::json& table);

/// An error's text without "in loss/bce: ", where that is said already.
std::string without_key(const std::string& text, const std::string& key);

}  // namespace monge::conform
