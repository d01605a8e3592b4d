#include <algorithm>
#include <map>
#include <set>

#include "sweep/asked.h"
#include "sweep/cell.h"
#include "sweep/definitions.h"
#include "sweep/expansion.h"
#include "sweep/experiment.h"
#include "sweep/identity.h"
#include "sweep/label.h"
#include "sweep/layout.h"
#include "sweep/misses.h"
#include "sweep/nearest.h"
#include "sweep/primary.h"
#include "sweep/replaced.h"
#include "sweep/stop.h"

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
    visit(
        expansion_, parsed_,
        [&](const Condition& when, const Point& point) { return when_holds(when, point); },
        [&](const Point& point) { settle(point); });
    misses_.report(kept_.size() + faulty_, catalogue_, faults_);
    warn_of_idle_rules();
    if (kept_.empty() && faulty_ == 0) report_empty();
    report_twins();
    experiment_.primary_metric = parsed_.primary.metric;
    experiment_.primary_goal = parsed_.primary.goal;
    settle_primary(draft_, catalogue_, experiment_, faults_);
    check_definitions(draft_, catalogue_, experiment_.cells, faults_);
    faults_.raise();
    lay_out(expansion_.columns, names_, labels_, kept_, experiment_);
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
    for (const Condition& when : parsed_.whens) when.check_keys(known, faults_);
    for (const Rule& rule : parsed_.overrides) rule.condition.check_keys(known, faults_);
    for (const Rule& rule : parsed_.excludes) rule.condition.check_keys(known, faults_);
    if (parsed_.only) parsed_.only->check_keys(known, faults_);
  }

  // Of what is a product for certain; `settle` counts what each [[when]] adds.
  void check_size() {
    expansion_ = expansion_of(parsed_, catalogue_, faults_);
    std::size_t cells = 1;
    for (const Move& move : expansion_.blocks.front().moves) {
      cells *= move.count;
      if (cells > most_cells) report_size(expansion_.columns[move.parts.front().column].at);
    }
  }

  void report_size(const Place& at) {
    faults_.add(at, "the grid has more than " + std::to_string(most_cells) + " cells");
    faults_.raise();
  }

  void prepare() {
    experiment_.name = parsed_.name;
    experiment_.question = parsed_.question;
    experiment_.file = parsed_.file;
    experiment_.seeds = parsed_.seeds;
    experiment_.timeout_seconds = parsed_.timeout_seconds;
    experiment_.warnings = parsed_.warnings;
    file_ = {parsed_.file, 1, 1};
    names_ = axis_names(expansion_.columns, catalogue_);
    for (std::size_t i = 0; i < expansion_.columns.size(); ++i) {
      const GridAxis& axis = expansion_.columns[i];
      labels_.push_back(labels_of(axis));
      const bool plain = i < expansion_.axes && axis.when == 0 && !axis.random && !axis.from_flag;
      if (plain && axis.alternatives.size() == 1) {
        warn(axis.at, "the axis '" + axis.key + "' has one value: nothing is varied");
      }
    }
    for (std::string& warning : replaced_parameters(expansion_.columns, parsed_))
      experiment_.warnings.push_back(std::move(warning));
    for (const Condition& when : parsed_.whens) whens_.emplace_back(when);
    for (const Rule& rule : parsed_.overrides) overrides_.emplace_back(rule.condition);
    for (const Rule& rule : parsed_.excludes) excludes_.emplace_back(rule.condition);
    if (parsed_.only) only_.emplace(*parsed_.only);
  }

  // The levels of cell.h for a file with these overrides: 1 for axes and rows, 2 for the axes of [[when]]s.
  std::vector<Given> given_at(const Point& point) const {
    const std::size_t flags = 3 + parsed_.overrides.size();
    std::vector<Given> given;
    for (const Setting& setting : parsed_.base) given.push_back({&setting, 0});
    for (std::size_t i = 0; i < point.at.size(); ++i) {
      if (point.at[i] == absent) continue;
      const GridAxis& axis = expansion_.columns[i];
      given.push_back({&axis.alternatives[point.at[i]], axis.from_flag ? flags : axis.when == 0 ? 1U : 2U});
    }
    for (const Setting& setting : parsed_.set) given.push_back({&setting, flags + 1});
    return given;
  }

  // It sees the cell as axes and flags make it; faults are found again in the cells that come of it.
  bool when_holds(const Condition& when, const Point& point) {
    CellFaults found;
    Asked& asked = whens_[static_cast<std::size_t>(&when - parsed_.whens.data())];
    return asked.holds(resolve_cell(given_at(point), file_, catalogue_, found), faults_);
  }

  void settle(const Point& point) {
    if (++settled_ > most_cells) report_size(parsed_.whens.empty() ? file_ : parsed_.whens.front().at());
    if (point.clash != absent) {
      const GridAxis& axis = expansion_.columns[point.clash];
      faults_.add(axis.at,
                  "two [[when]] give '" + axis.key + "' to the cell '" + label_of(point, nullptr) + "'");
      ++faulty_;
      return;
    }
    std::vector<Given> given = given_at(point);
    CellFaults found;
    Json config = resolve_cell(given, file_, catalogue_, found);
    for (std::size_t i = 0; i < parsed_.overrides.size(); ++i) {
      if (!overrides_[i].holds(config, faults_)) continue;
      for (const Setting& setting : parsed_.overrides[i].set) given.push_back({&setting, 3 + i});
      found = {};
      config = resolve_cell(given, file_, catalogue_, found);
    }
    if (found.misses.empty()) add_stops(parsed_.stops, catalogue_, config, found.faults);
    sort_in(point, std::move(config), found);
  }

  // Kept, excluded, or not asked for.
  void sort_in(const Point& point, Json config, const CellFaults& found) {
    const std::string label = label_of(point, config);
    const std::string* why = nullptr;
    for (std::size_t i = 0; i < parsed_.excludes.size(); ++i)
      if (excludes_[i].holds(config, faults_) && why == nullptr) why = &parsed_.excludes[i].why;
    const bool wanted = !only_ || only_->holds(config, faults_);
    if (why != nullptr) experiment_.excluded.push_back({label, *why});
    if (why != nullptr || !wanted) return;
    faults_.add(found.faults);
    for (const Miss& miss : found.misses) misses_.add(miss, label);
    if (!found.faults.empty() || !found.misses.empty()) {
      ++faulty_;
      return;
    }
    const std::size_t index = experiment_.cells.size();
    const std::string id = cell_id(config);
    const auto [first, is_new] = first_.emplace(id, index);
    if (!is_new && is_drawn_again(first->second, point, config)) return;
    experiment_.cells.push_back({index, id, label, std::move(config), {}});
    kept_.push_back(point);
  }

  // Draws that come to one cell twice, as choices do, are no mistake: it runs once.
  bool is_drawn_again(std::size_t first, const Point& point, const Json& config) {
    const Point& other = kept_[first];
    bool drawn = false;
    for (std::size_t i = 0; i < point.at.size(); ++i) {
      if (point.at[i] == other.at[i]) continue;
      if (!expansion_.columns[i].random) return false;
      drawn = true;
    }
    if (!drawn || point.row != other.row || experiment_.cells[first].config != config) return false;
    ++drawn_again_;
    return true;
  }

  // Tables that move in a [[zip]] with labels have those in results, too.
  AxisLabels labels_of(const GridAxis& axis) const {
    const std::vector<std::string> none;
    const std::vector<std::string>& given = axis.zip == 0 ? none : parsed_.zips[axis.zip - 1];
    const bool theirs = is_table_axis(axis) && given.size() == axis.alternatives.size();
    return theirs ? AxisLabels(axis, given) : AxisLabels(axis, expansion_.columns, file_, catalogue_);
  }

  std::string label_of(const Point& point, const Json& config) const {
    const std::string label = point_label(point, expansion_.columns, names_, labels_, parsed_.zips, config);
    return label.empty() ? parsed_.name : label;
  }

  void report_empty() {
    if (only_ && !only_->ever()) {
      faults_.add(parsed_.only->at(), "no cell of the experiment fulfils it" + only_->met());
    } else {
      faults_.add(parsed_.excludes.empty() ? file_ : parsed_.excludes.front().condition.at(),
                  "[[exclude]] leaves no cell");
    }
  }

  void report_twins() {
    std::size_t twins = 0;
    for (const Cell& cell : experiment_.cells) {
      const Cell& first = experiment_.cells[first_.at(cell.id)];
      if (first.index == cell.index || ++twins > most_twins) continue;
      const bool steps = first.config != cell.config;
      faults_.add(
          where_they_part(kept_[first.index], kept_[cell.index]),
          "the cells '" + first.label + "' and '" + cell.label + "' are the same run: " +
              (steps ? "train.generator_steps alone does not make another run, raising it continues one"
                     : "all their settings are equal"));
    }
  }

  const Place& where_they_part(const Point& a, const Point& b) const {
    if (b.row != a.row) return b.row->at;
    std::size_t axis = 0;
    while (a.at[axis] == b.at[axis]) ++axis;
    return expansion_.columns[axis].at;
  }

  void warn_of_idle_rules() {
    const auto check = [&](const std::vector<Asked>& rules, const std::string& name) {
      for (const Asked& rule : rules)
        if (!rule.ever()) warn(rule.condition().at(), "this [[" + name + "]] matches no cell" + rule.met());
    };
    check(whens_, "when");
    if (drawn_again_ > 0) {
      warn(file_, std::to_string(drawn_again_) + " samples are cells that were drawn before; each runs once");
    }
    check(overrides_, "override");
    check(excludes_, "exclude");
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
  Expansion expansion_;
  std::vector<std::string> names_;  // of the columns
  std::vector<AxisLabels> labels_;
  std::vector<Point> kept_;                   // one for each cell
  std::map<std::string, std::size_t> first_;  // id -> the first cell with it
  std::vector<Asked> whens_, overrides_, excludes_;
  std::optional<Asked> only_;
  std::size_t settled_ = 0, drawn_again_ = 0;
  std::size_t faulty_ = 0;  // cells that would be kept but for their faults
};

}  // namespace

Experiment resolve(const Draft& draft, const Catalogue& catalogue) {
  return Resolver(draft, catalogue).run();
}

}  // namespace monge::sweep
