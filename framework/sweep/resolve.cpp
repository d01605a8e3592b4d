#include <algorithm>
#include <map>
#include <set>

#include "sweep/cell.h"
#include "sweep/experiment.h"
#include "sweep/identity.h"
#include "sweep/label.h"
#include "sweep/layout.h"
#include "sweep/misses.h"
#include "sweep/nearest.h"
#include "sweep/primary.h"

namespace monge::sweep {
namespace {

constexpr std::size_t most_cells = 100'000;
constexpr std::size_t most_twins = 10;

class Resolver {
 public:
  Resolver(const Draft& draft, const Catalogue& catalogue)
      : draft_(draft), parsed_(draft.parsed()), catalogue_(catalogue), faults_(draft.parsed().faults) {}

  Experiment run() {
    check_conditions();
    check_size();
    prepare();
    for (Combination at(parsed_.axes.size(), 0); true;) {
      settle(at);
      if (!advance(at)) break;
    }
    misses_.report(kept_.size() + faulty_, catalogue_, faults_);
    warn_of_idle_rules();
    if (kept_.empty() && faulty_ == 0) report_empty();
    report_twins();
    experiment_.primary_metric = parsed_.primary.metric;
    experiment_.primary_goal = parsed_.primary.goal;
    settle_primary(draft_, catalogue_, experiment_, faults_);
    faults_.raise();
    lay_out(parsed_.axes, names_, labels_, kept_, experiment_);
    return std::move(experiment_);
  }

 private:
  // Parameters of plugins that are not found are not known either: no fault is made of them.
  void check_conditions() {
    const std::vector<std::string> plugins = draft_.plugins();
    const bool all_found = std::all_of(plugins.begin(), plugins.end(), [&](const std::string& key) {
      return catalogue_.found.contains(key);
    });
    if (!all_found) return;
    const std::vector<std::string> known = all_keys(catalogue_);
    for (const Rule& rule : parsed_.overrides) rule.condition.check_keys(known, faults_);
    for (const Rule& rule : parsed_.excludes) rule.condition.check_keys(known, faults_);
    if (parsed_.only) parsed_.only->check_keys(known, faults_);
  }

  void check_size() {
    std::size_t cells = 1;
    for (const GridAxis& axis : parsed_.axes) {
      cells *= axis.alternatives.size();
      if (cells <= most_cells) continue;
      faults_.add(axis.at, "the grid has more than " + std::to_string(most_cells) + " cells");
      faults_.raise();
    }
  }

  void prepare() {
    experiment_.name = parsed_.name;
    experiment_.question = parsed_.question;
    experiment_.file = parsed_.file;
    experiment_.seeds = parsed_.seeds;
    experiment_.timeout_seconds = parsed_.timeout_seconds;
    experiment_.warnings = parsed_.warnings;
    file_ = {parsed_.file, 1, 1};
    names_ = axis_names(parsed_.axes, catalogue_);
    for (const GridAxis& axis : parsed_.axes) {
      labels_.push_back(alternative_labels(axis, file_, catalogue_));
      const bool single = axis.alternatives.size() == 1 && !axis.from_flag;
      if (single) warn(axis.at, "the axis '" + axis.key + "' has one value: nothing is varied");
    }
    override_used_.resize(parsed_.overrides.size());
    exclude_used_.resize(parsed_.excludes.size());
  }

  bool advance(Combination& at) const {  // last axis fastest
    for (std::size_t i = at.size(); i-- > 0;) {
      if (++at[i] < parsed_.axes[i].alternatives.size()) return true;
      at[i] = 0;
    }
    return false;
  }

  void settle(const Combination& at) {
    const std::size_t overrides = parsed_.overrides.size();
    std::vector<Given> given;
    for (const Setting& setting : parsed_.base) given.push_back({&setting, 0});
    for (std::size_t i = 0; i < at.size(); ++i) {
      const GridAxis& axis = parsed_.axes[i];
      given.push_back({&axis.alternatives[at[i]], axis.from_flag ? overrides + 2 : 1});
    }
    for (std::size_t i = 0; i < parsed_.set.size(); ++i)
      given.push_back({&parsed_.set[i], overrides + 3 + i});
    CellFaults found;
    Json config = resolve_cell(given, file_, catalogue_, found);
    for (std::size_t i = 0; i < overrides; ++i) {
      const Rule& rule = parsed_.overrides[i];
      if (!rule.condition.holds(config, faults_)) continue;
      override_used_[i] = true;
      for (const Setting& setting : rule.set) given.push_back({&setting, 2 + i});
      found = {};
      config = resolve_cell(given, file_, catalogue_, found);
    }
    sort_in(at, std::move(config), found);
  }

  // Kept, excluded, or not asked for.
  void sort_in(const Combination& at, Json config, const CellFaults& found) {
    const std::string label = label_of(at);
    const std::string* why = nullptr;
    for (std::size_t i = 0; i < parsed_.excludes.size(); ++i) {
      const Rule& rule = parsed_.excludes[i];
      if (!rule.condition.holds(config, faults_)) continue;
      exclude_used_[i] = true;
      if (why == nullptr) why = &rule.why;
    }
    const bool wanted = !parsed_.only || parsed_.only->holds(config, faults_);
    if (why != nullptr) experiment_.excluded.push_back({label, *why});
    if (why != nullptr || !wanted) return;
    faults_.add(found.faults);
    for (const Miss& miss : found.misses) misses_.add(miss, label);
    if (!found.faults.empty() || !found.misses.empty()) {
      ++faulty_;
      return;
    }
    const std::size_t index = experiment_.cells.size();
    experiment_.cells.push_back({index, cell_id(config), label, std::move(config), {}});
    kept_.push_back(at);
  }

  std::string label_of(const Combination& at) const {
    std::string label;
    for (std::size_t i = 0; i < at.size(); ++i) {
      if (parsed_.axes[i].alternatives.size() == 1) continue;
      label += (label.empty() ? "" : " ") + names_[i] + "=" + labels_[i][at[i]];
    }
    return label.empty() ? parsed_.name : label;
  }

  void report_empty() {
    if (parsed_.only) {
      faults_.add(parsed_.only->at(), "no cell of the experiment fulfils it");
    } else {
      faults_.add(parsed_.excludes.empty() ? file_ : parsed_.excludes.front().condition.at(),
                  "[[exclude]] leaves no cell");
    }
  }

  void report_twins() {
    std::map<std::string, std::size_t> seen;
    std::size_t twins = 0;
    for (const Cell& cell : experiment_.cells) {
      const auto [first, is_new] = seen.emplace(cell.id, cell.index);
      if (is_new || ++twins > most_twins) continue;
      const Combination &a = kept_[first->second], &b = kept_[cell.index];
      std::size_t axis = 0;
      while (a[axis] == b[axis]) ++axis;
      const bool steps = experiment_.cells[first->second].config != cell.config;
      faults_.add(
          parsed_.axes[axis].at,
          "the cells '" + experiment_.cells[first->second].label + "' and '" + cell.label +
              "' are the same run: " +
              (steps ? "train.generator_steps alone does not make another run, raising it continues one"
                     : "all their settings are equal"));
    }
  }

  void warn_of_idle_rules() {
    const auto check = [&](const std::vector<Rule>& rules, const std::vector<bool>& used,
                           const std::string& name) {
      for (std::size_t i = 0; i < rules.size(); ++i) {
        if (!used[i]) warn(rules[i].condition.at(), "this [[" + name + "]] matches no cell");
      }
    };
    check(parsed_.overrides, override_used_, "override");
    check(parsed_.excludes, exclude_used_, "exclude");
  }

  void warn(const Place& at, const std::string& text) {
    experiment_.warnings.push_back(at.text() + ": " + text);
  }

  const Draft& draft_;
  const Parsed& parsed_;
  const Catalogue& catalogue_;
  Faults faults_;
  Misses misses_;
  Experiment experiment_;
  Place file_;
  std::vector<std::string> names_;                // of the axes
  std::vector<std::vector<std::string>> labels_;  // of their alternatives
  std::vector<Combination> kept_;                 // one for each cell
  std::vector<bool> override_used_, exclude_used_;
  std::size_t faulty_ = 0;  // cells that would be kept but for their faults
};

}  // namespace

Experiment resolve(const Draft& draft, const Catalogue& catalogue) {
  return Resolver(draft, catalogue).run();
}

}  // namespace monge::sweep
