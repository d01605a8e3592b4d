#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/display.h"
#include "cli/place.h"
#include "cli/plugin_key.h"
#include "cli/progress.h"
#include "schedule/check.h"
#include "sweep/counted.h"

namespace monge::cli {
namespace {

using Json = nlohmann::json;
using schedule::CheckResult;

constexpr int kAnswerWidth = 66;  // of the longest answer's name

std::string formatted(const char* format, double value) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

// JSON has no number for not a number.
double number_of(const Json& value) { return value.is_number() ? value.get<double>() : NAN; }

std::string text_of(double value) {
  const bool whole = value == std::round(value) && std::abs(value) < 1e12;
  return formatted(whole ? "%.0f" : "%.6g", value);
}

// Of the numbers compared, the one farthest out.
std::size_t worst_of(const Json& expected, const Json& got) {
  std::size_t worst = 0;
  double most = -1;
  for (std::size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
    const double far = std::abs(number_of(got[i]) - number_of(expected[i]));
    if (far <= most) continue;  // not a number is the worst of all
    most = std::isnan(far) ? INFINITY : far;
    worst = i;
  }
  return worst;
}

std::string all_of(const Json& numbers) {
  std::string text;
  for (const Json& number : numbers) text += " " + formatted("%.10g", number_of(number));
  return text;
}

std::string row(const std::string& name, const std::string& expected, const std::string& got,
                const std::string& tolerance, const std::string& seconds, const std::string& rest) {
  const auto right = [](const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ') + text;
  };
  std::string left = name;
  left.resize(std::max<std::size_t>(left.size(), kAnswerWidth), ' ');
  const std::string columns = right(expected, 13) + right(got, 13) + right(tolerance, 10) + right(seconds, 9);
  return "  " + left + columns + (rest.empty() ? "" : "  " + rest) + "\n";
}

// "losses: bce of known scores" under the heading "losses".
class Table {
 public:
  explicit Table(std::ostream& out) : out_(out) {
    out_ << row("answer", "expected", "got", "tolerance", "seconds", "");
  }

  void add(const CheckResult& result) {
    const auto colon = result.check.find(": ");
    const std::string subject = colon == std::string::npos ? "plugin" : result.check.substr(0, colon);
    if (subject != subject_) out_ << subject << "\n";
    subject_ = subject;
    const std::string name = colon == std::string::npos ? result.check : result.check.substr(colon + 2);
    const std::string verdict = result.verdict == "failed" ? "FAILED" : result.verdict == "ok" ? "ok" : "-";
    const Json& numbers = result.numbers;
    const std::string seconds = formatted("%.2f", numbers.value("seconds", 0.0));
    if (!numbers.contains("expected")) {
      out_ << row(name, "", "", "", seconds, verdict);
      if (!result.text.empty()) out_ << indented(result.text, 6);
    } else {
      add_numbers(name, numbers, seconds, verdict);
    }
    if (result.verdict == "failed") out_ << indented("(" + result.why + ")", 6);
    out_ << std::flush;
  }

 private:
  void add_numbers(const std::string& name, const Json& numbers, const std::string& seconds,
                   const std::string& verdict) {
    const Json &expected = numbers.at("expected"), &got = numbers.at("got");
    const std::size_t worst = worst_of(expected, got);
    const auto at = [&](const Json& list) {
      return worst < list.size() ? text_of(number_of(list[worst])) : std::string("-");
    };
    std::string rest = verdict;
    if (expected.size() > 1) rest += ", worst of " + std::to_string(expected.size());
    if (numbers.value("in_errors", false)) rest += ", to 4 standard errors";
    out_ << row(name, at(expected), at(got), formatted("%.2g", numbers.value("tolerance", 0.0)), seconds,
                rest);
    if (verdict != "FAILED") return;
    out_ << indented("expected" + all_of(expected) + "\ngot     " + all_of(got), 6);
  }

  std::ostream& out_;
  std::string subject_;
};

Json answer_json(const CheckResult& result) {
  Json json{
      {"answer", result.check}, {"source", result.why}, {"verdict", result.verdict}, {"text", result.text}};
  json.update(result.numbers);
  return json;
}

struct Sum {
  std::size_t held = 0, failed = 0;
  double seconds = 0, longest = 0;
  std::string slowest;

  void add(const CheckResult& result) {
    held += result.verdict == "ok" ? 1 : 0;
    failed += result.verdict == "failed" ? 1 : 0;
    const double took = result.numbers.value("seconds", 0.0);
    seconds += took;
    if (took <= longest) return;
    longest = took;
    slowest = result.check;
  }
};

Exit verify(const Arguments& arguments, Terminal& terminal) {
  const std::string& name = arguments.command().name;
  schedule::CheckOrder order;
  order.worker = worker_program();
  order.search_dirs = plugin_folders(arguments.texts("plugins"), name);
  if (!arguments.positionals().empty())
    order.plugin = plugin_argument(arguments.positional(0), order.search_dirs, name);
  order.patience_seconds = static_cast<double>(arguments.whole("timeout", 1, 86400, 120));
  order.mode = "verify";
  order.only = arguments.text("only");
  const bool json = arguments.has("json");
  std::optional<Table> table;
  if (!json) table.emplace(terminal.out);
  Sum sum;
  const auto results = schedule::examine(order, [&](const CheckResult& result) {
    sum.add(result);
    if (table) table->add(result);
  });
  if (results.empty()) {
    throw usage_error(name, "no known answer has '" + order.only + "' in its name or source");
  }
  if (json) {
    Json list = Json::array();
    for (const CheckResult& result : results) list.push_back(answer_json(result));
    print_json(terminal.out,
               {{"held", sum.held}, {"failed", sum.failed}, {"seconds", sum.seconds}, {"answers", list}});
  } else {
    terminal.out << sweep::counted(sum.held, "answer") << (sum.held == 1 ? " holds, " : " hold, ")
                 << sum.failed << " do not, " << results.size() - sum.held - sum.failed << " do not apply; "
                 << formatted("%.1f", sum.seconds) << " s, the slowest " << formatted("%.1f", sum.longest)
                 << " s (" << sum.slowest << ")\n";
  }
  return sum.failed == 0 ? Exit::ok : Exit::failed;
}

}  // namespace

Command verify_command() {
  Command command;
  command.name = "verify";
  command.summary = "whether known answers come out: of this build, or of one plugin";
  command.about =
      "Compares numbers that are known by other means (closed forms, published constants, plain arithmetic) "
      "with what the code that trains gives for them: losses, penalties, Dirac-GANs, clipping, metrics, data "
      "sets, optimisers, random numbers. Of several numbers the table shows the one farthest out. With a "
      "plugin: its own answers, or those that hold for all of its kind. A crash or a hang is the fault of "
      "the "
      "answer that it happened in; the others go on.";
  command.positionals = {{"PLUGIN", "KIND/NAME, or a file such as plugins/loss/mine.so", false}};
  command.options = {plugins_option(),
                     {"only", 0, "WORD", "only answers that have it in their name or source"},
                     {"timeout", 0, "SECONDS", "of silence before an answer has hung (120)"},
                     {"json", 0, "", "the same as one JSON object, with all numbers"}};
  command.examples = {{"runner verify", "everything, in a minute or two"},
                      {"runner verify --only dirac", "the games of two numbers alone"},
                      {"runner verify plugins/loss/mine.so", "what is known of any loss"}};
  command.exits = {{Exit::ok, "every answer that applies holds"},
                   {Exit::failed, "an answer does not hold, or runner-worker cannot be asked"},
                   {Exit::plugin, "there is no such plugin"}};
  command.run = verify;
  return command;
}

}  // namespace monge::cli
