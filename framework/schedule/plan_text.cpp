#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <sstream>

#include "schedule/company.h"
#include "schedule/plan.h"
#include "sweep/counted.h"

namespace monge::schedule {
namespace {

using sweep::counted;

constexpr std::size_t kNamedRuns = 4;  // of one group; more are counted only

std::string three_digits(double value) {
  std::array<char, 32> text{};
  const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

// 1234567 -> "1.23 M"
std::string metric(double value, const std::string& unit) {
  static constexpr std::array<const char*, 6> kPrefixes{"", "k", "M", "G", "T", "P"};
  std::size_t power = 0;
  while (value >= 999.5 && power + 1 < kPrefixes.size()) {
    value /= 1000;
    ++power;
  }
  const std::string suffix = kPrefixes[power] + unit;
  const std::string digits = power == 0 ? std::to_string(std::llround(value)) : three_digits(value);
  return suffix.empty() ? digits : digits + " " + suffix;
}

std::string left(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string label_of(const sweep::Experiment& experiment, std::size_t cell) {
  const std::string& label = experiment.cells[cell].label;
  return label.empty() ? "the only cell" : label;
}

void write_cells(std::ostream& out, const sweep::Experiment& experiment,
                 const std::vector<CellFacts>& facts) {
  constexpr std::array<std::size_t, 7> kWidths{5, 11, 9, 11, 9, 9, 9};
  const auto row = [&](const std::array<std::string, 7>& texts, const std::string& label) {
    std::string line;
    for (std::size_t i = 0; i < texts.size(); ++i) line += right(texts[i], kWidths[i]);
    out << line << (label.empty() ? "" : "  " + label) << '\n';
  };
  row({"", "generator", "", "critic", "", "step", "stored"}, "");
  row({"cell", "parameters", "FLOPs", "parameters", "FLOPs", "FLOPs", "state"}, "");
  for (const sweep::Cell& cell : experiment.cells) {
    const std::string number = std::to_string(cell.index + 1), label = label_of(experiment, cell.index);
    const CellFacts fact = cell.index < facts.size() ? facts[cell.index] : CellFacts{};
    if (!fact.error.empty()) {
      out << right(number, kWidths[0]) << "  " << label << ": " << one_line(fact.error) << '\n';
      continue;
    }
    row({number, metric(static_cast<double>(fact.generator.parameters), ""), metric(fact.generator.flops, ""),
         metric(static_cast<double>(fact.critic.parameters), ""), metric(fact.critic.flops, ""),
         metric(fact.step_flops, ""), metric(static_cast<double>(fact.state_bytes), "B")},
        label);
  }
}

// Runs with one action and one reason are one line, then the runs' names where they are few.
void write_runs(std::ostream& out, const sweep::Experiment& experiment, const Work& work) {
  std::map<std::pair<Action, std::string>, std::vector<const PlannedRun*>> groups;
  for (const PlannedRun& run : work.runs) groups[{run.action, one_line(run.why)}].push_back(&run);
  for (const auto& [key, runs] : groups) {
    out << right(std::to_string(runs.size()), 5) << "  " << left(name(key.first), 8) << key.second << '\n';
    if (key.first == Action::skip || key.second == "new" || runs.size() > kNamedRuns) continue;
    for (const PlannedRun* run : runs) {
      out << std::string(15, ' ') << run->run.id << "  " << label_of(experiment, run->run.cell) << "  seed "
          << run->run.seed << '\n';
    }
  }
}

std::string way_text(std::size_t company, std::size_t slots) {
  if (slots == 0) return "alone";
  const std::string fewer = company < slots ? ", of up to " + std::to_string(slots) : "";
  return "in packs of " + std::to_string(company) + fewer;
}

// Runs to be trained one way for one reason are one line.
void write_strategies(std::ostream& out, const std::vector<CellFacts>& facts, const Work& work) {
  std::map<std::pair<std::string, std::string>, std::size_t> groups;  // by way and reason
  for (const PlannedRun& run : work.runs) {
    if (!run.works() || run.run.cell >= facts.size()) continue;
    const CellFacts::Strategy& strategy = facts[run.run.cell].strategy;
    ++groups[{way_text(run.company, run.slots), one_line(why_so(run, strategy))}];
  }
  if (!groups.empty()) out << "\nstrategy\n";
  for (const auto& [key, count] : groups)
    out << right(std::to_string(count), 5) << "  " << key.first << ": " << key.second << '\n';
}

void write_estimate(std::ostream& out, const Work& work) {
  const auto count = static_cast<std::size_t>(
      std::count_if(work.runs.begin(), work.runs.end(), [](const PlannedRun& run) { return run.works(); }));
  if (count == 0) {
    out << "nothing is left to do\n";
    return;
  }
  out << counted(count, "run") << " to do";
  if (work.seconds > 0) {
    out << ": about " << sweep::duration_text(std::max(1.0, work.seconds)) << " on "
        << counted(static_cast<std::size_t>(std::max(1, work.workers)), "worker") << " (" << work.basis
        << ")";
  }
  out << "; about " << metric(work.bytes, "B") << " on disk\n";
}

}  // namespace

const char* name(Action action) {
  switch (action) {
    case Action::skip:
      return "skip";
    case Action::start:
      return "start";
    case Action::resume:
      return "resume";
    case Action::retry:
      return "retry";
    case Action::stale:
      return "stale";
  }
  return "";
}

std::string plan_text(const sweep::Experiment& experiment, const std::vector<CellFacts>& facts,
                      const Work& work) {
  std::ostringstream out;
  out << experiment.name << ": " << counted(experiment.cells.size(), "cell") << ", "
      << counted(experiment.seeds.size(), "seed") << ", " << counted(work.runs.size(), "run") << "\n\n";
  write_cells(out, experiment, facts);
  if (!experiment.excluded.empty()) out << "\nexcluded\n";
  for (const sweep::Excluded& cell : experiment.excluded)
    out << "       " << cell.label << ": " << cell.why << '\n';
  out << "\nruns\n";
  write_runs(out, experiment, work);
  write_strategies(out, facts, work);
  out << '\n';
  write_estimate(out, work);
  const auto stale = std::count_if(work.runs.begin(), work.runs.end(),
                                   [](const PlannedRun& run) { return run.action == Action::stale; });
  if (stale > 0)
    out << counted(static_cast<std::size_t>(stale), "run")
        << " stale: kept as they are; --redo stale trains them again\n";
  return out.str();
}

}  // namespace monge::schedule
