#include <algorithm>
#include <map>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/display.h"
#include "cli/place.h"
#include "cli/plugin_key.h"
#include "cli/progress.h"
#include "schedule/check.h"

namespace monge::cli {
namespace {

using Json = nlohmann::json;
using schedule::CheckResult;

constexpr int kNameWidth = 22;  // of the longest check's name
constexpr int kIndent = kNameWidth + 10;

// A row a check. Faults and reasons are told once: one fault may fail all of them.
class List {
 public:
  explicit List(std::ostream& out) : out_(out) {}

  void add(const CheckResult& result) {
    const bool failed = result.verdict == "failed";
    std::string name = result.check;
    name.resize(std::max<std::size_t>(name.size(), kNameWidth), ' ');
    out_ << "  " << name << "  " << (failed ? "FAILED" : result.verdict == "ok" ? "ok" : "-");
    const auto [first, is_new] = told_.try_emplace(result.verdict + result.text, result.check);
    if (result.text.empty()) {
      out_ << "\n";
    } else if (!is_new) {
      out_ << "  as '" << first->second << "'\n";
    } else if (failed) {
      out_ << "\n" << indented(result.text, kIndent) << indented("(" + result.why + ")", kIndent);
    } else {
      out_ << indented(result.text, 2);
    }
    out_ << std::flush;
  }

 private:
  std::ostream& out_;
  std::map<std::string, std::string> told_;  // verdict and text -> the check
};

Json to_json(const CheckResult& result) {
  return {{"check", result.check}, {"why", result.why}, {"verdict", result.verdict}, {"text", result.text}};
}

Exit check(const Arguments& arguments, Terminal& terminal) {
  const auto folders = plugin_folders(arguments.texts("plugins"), arguments.command().name);
  const std::string plugin = plugin_argument(arguments.positional(0), folders, arguments.command().name);
  const bool json = arguments.has("json");
  const auto timeout = arguments.whole("timeout", 1, 86400, 120);
  std::size_t failed = 0, passed = 0;
  if (!json) terminal.out << arguments.positional(0) << "\n";
  List printed(terminal.out);
  const auto results = schedule::examine({worker_program(), folders, plugin, static_cast<double>(timeout)},
                                         [&](const CheckResult& result) {
                                           failed += result.verdict == "failed" ? 1 : 0;
                                           passed += result.verdict == "ok" ? 1 : 0;
                                           if (!json) printed.add(result);
                                         });
  if (json) {
    Json list = Json::array();
    for (const CheckResult& result : results) list.push_back(to_json(result));
    print_json(terminal.out, {{"plugin", arguments.positional(0)}, {"failed", failed}, {"checks", list}});
  } else {
    terminal.out << passed << " checks passed, " << failed << " failed, " << results.size() - passed - failed
                 << " do not apply\n";
  }
  return failed == 0 ? Exit::ok : Exit::plugin;
}

}  // namespace

Command plugin_check_command() {
  Command command;
  command.name = "plugin check";
  command.summary = "whether a plugin keeps what the host relies on";
  command.about =
      "Runs the checks of its kind in a process of their own, with every value of its choices and with its "
      "presets: signs, gradients, purity, packing, shapes, leaks. Each fault comes with the reason why it "
      "matters. A crash or a hang is a fault of the check that it happened in; the others go on, until two "
      "have hung.";
  command.positionals = {{"PLUGIN", "KIND/NAME, or a file such as plugins/loss/mine.so"}};
  command.options = {plugins_option(),
                     {"timeout", 0, "SECONDS", "of silence before a check has hung (120)"},
                     {"json", 0, "", "the same as one JSON object"}};
  command.examples = {{"runner plugin check plugins/loss/mine.so", "what runner plugin build has made"},
                      {"runner plugin check enforcer/gradient_penalty", "a built-in one"}};
  command.exits = {{Exit::ok, "every check that applies has passed"},
                   {Exit::failed, "runner-worker cannot be asked"},
                   {Exit::plugin, "a check has failed, or there is no such plugin"}};
  command.run = check;
  return command;
}

}  // namespace monge::cli
