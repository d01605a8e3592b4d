// The conformance suite: what the host relies on, asked of one plugin of any kind.
#pragma once

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
};

/// Hears of each check before it begins, so that a crash or a hang has a name.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void begins(const std::string& check, const std::string& why) = 0;
  virtual void ended(const Result& result) = 0;
};

/// Runs the checks of the plugin's kind, in order, each with every value of the parameters that are choices
/// or switches and with every preset. `plugin` is its key ("loss/bce") or its file ("/folder/mine.so").
/// `after`: those up to and including this one are left out ("": none are). A plugin that cannot be opened
/// fails the first, and no other is run.
void check_plugin(plugin::Catalog& catalog, const std::string& plugin, Listener& listener,
                  const std::string& after = "");

/// The same, as a list.
std::vector<Result> check_plugin(plugin::Catalog& catalog, const std::string& plugin);

}  // namespace monge::conform
