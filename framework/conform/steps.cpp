#include "conform/steps.h"

#include "train/calling.h"

namespace monge::conform {
namespace {

constexpr const char* kHeader = "header";

}  // namespace

const char* name_of(Verdict verdict) {
  return verdict == Verdict::ok ? "ok" : verdict == Verdict::failed ? "failed" : "not applicable";
}

std::string settings_text(const nlohmann::json& table) {
  std::string text;
  for (const auto& [name, value] : table.items()) {
    if (name != "plugin") text += (text.empty() ? " (with " : ", ") + name + " = " + value.dump();
  }
  return text.empty() ? "" : text + ")";
}

std::string without_key(const std::string& text, const std::string& key) {
  const std::string prefix = "in " + key + ": ";
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

std::optional<std::string> open_plugin(plugin::Catalog& catalog, const std::string& plugin,
                                       Listener& listener, const std::string& after) {
  Result header{kHeader, "the host compares it before it calls anything of a plugin", Verdict::ok, ""};
  if (after.empty()) listener.begins(header.check, header.why);
  std::string key = plugin;
  try {
    train::calling(
        plugin, [&] { key = (plugin.ends_with(".so") ? catalog.add(plugin) : catalog.get(plugin)).key(); });
  } catch (const std::exception& error) {
    header.verdict = Verdict::failed;
    header.text = without_key(error.what(), plugin);
  }
  const bool failed = header.verdict == Verdict::failed;
  if (after.empty() || failed) listener.ended(header);
  if (failed) return std::nullopt;
  return key;
}

void run_steps(const std::vector<Step>& steps, Listener& listener, const std::string& after) {
  bool waiting = !after.empty() && after != kHeader;
  for (const Step& step : steps) {
    if (!waiting) {
      listener.begins(step.name, step.why);
      Result result = step.run();
      result.check = step.name;
      result.why = step.why;
      listener.ended(result);
    }
    waiting = waiting && step.name != after;
  }
}

}  // namespace monge::conform
