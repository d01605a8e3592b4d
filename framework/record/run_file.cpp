#include "record/run_file.h"

#include <algorithm>
#include <ctime>

#include "monge/error.h"
#include "record/access.h"
#include "record/group_file.h"
#include "record/publish.h"

namespace monge::record {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOrder = "redo";

Group& event_group(Group& run) {
  for (Group& group : run.groups) {
    if (group.name == "event") return group;
  }
  run.groups.push_back(empty_run({}).groups.back());
  return run.groups.back();
}

template <class T>
void append(Group& group, const std::string& name, const T& value) {
  for (Variable& variable : group.variables) {
    auto* values = std::get_if<std::vector<T>>(&variable.values);
    if (variable.name == name && values != nullptr) values->push_back(value);
  }
}

/// A name for an unreadable file that no other has.
fs::path aside(const fs::path& run_h5) {
  std::error_code ignored;
  for (int i = 1;; ++i) {
    const std::string number = i == 1 ? "" : "-" + std::to_string(i);
    fs::path path = run_h5.parent_path() / ("run.unreadable" + number + ".h5");
    if (!fs::exists(path, ignored)) return path;
  }
}

/// Moves an unreadable file aside, so that nobody's data is lost. Returns what there is to say of it.
std::string keep(const fs::path& run_h5, const Error& fault) {
  const fs::path kept = aside(run_h5);
  std::error_code failed;
  fs::rename(run_h5, kept, failed);
  if (failed) throw Error(Exit::storage, run_h5.string() + ": cannot be moved: " + failed.message());
  return std::string(fault.what()) + "; it is kept as " + kept.filename().string();
}

Group recorded_or_empty(const fs::path& folder, const MarkedStatus& status, std::string& note) {
  std::string why;
  std::optional<Group> run = read_or_keep(folder, why);
  if (!why.empty()) note = "; " + why;
  return run ? *std::move(run) : empty_run(status);
}

}  // namespace

bool is_there(const fs::path& file) {
  std::error_code fault;
  const bool there = fs::exists(file, fault);
  if (fault) throw Error(Exit::storage, file.string() + ": cannot be read: " + fault.message());
  return there;
}

std::string of_another_run(const fs::path& file, const std::string& owner) {
  return file.string() + ": is of run " + (owner.empty() ? "none" : owner) +
         ", not of the one whose folder it lies in";
}

RunSummary summary(const fs::path& run_h5) {
  const Group run = read(run_h5, [](std::string_view path) {
    return path == "fingerprint" || path == "train/" || path == "train/seconds";
  });
  RunSummary summary;
  summary.id = text_of(run.attributes, "run_id");
  summary.status = text_of(run.attributes, "status");
  summary.status_text = text_of(run.attributes, "status_text");
  summary.step = number_of(run.attributes, "step");
  summary.fingerprint = text_of(run, "fingerprint");
  if (const Group* train = find_group(run, "train")) {
    const std::vector<double> seconds = numbers_of(*train, "seconds");
    if (!seconds.empty()) summary.seconds = seconds.back();
  }
  return summary;
}

std::optional<Group> read_or_keep(const fs::path& folder, std::string& why) {
  const fs::path run_h5 = folder / "run.h5";
  if (!is_there(run_h5)) return std::nullopt;
  try {
    return read(run_h5);
  } catch (const Damaged& error) {
    why = keep(run_h5, error);
    return std::nullopt;
  }
}

MarkedStatus status_of(const nlohmann::json& run, const std::string& status, const std::string& text,
                       std::int64_t step) {
  return {.status = status,
          .text = text,
          .step = step,
          .id = run.value("id", ""),
          .cell_id = run.value("cell_id", ""),
          .sweep = run.value("sweep", ""),
          .label = run.value("label", ""),
          .seed = run.value("seed", std::int64_t{0}),
          .config = run.value("config", nlohmann::json::object()).dump()};
}

void order_again(const fs::path& folder) { publish_text(folder / kOrder, ""); }

bool is_ordered_again(const fs::path& folder) {
  std::error_code none;
  return fs::exists(folder / kOrder, none);
}

void fulfil_order(const fs::path& folder) {
  std::error_code fault;
  fs::remove(folder / kOrder, fault);
  if (fault)
    throw Error(Exit::storage, (folder / kOrder).string() + ": cannot be removed: " + fault.message());
}

void end_ordered(const fs::path& folder) {
  if (!is_ordered_again(folder)) return;
  std::error_code none;
  fs::remove(folder / "state.h5", none);
  fulfil_order(folder);
}

void mark(const fs::path& folder, const MarkedStatus& status) {
  std::error_code failed;
  fs::create_directories(folder, failed);  // seal() names the reason
  std::string note;
  Group run = is_ordered_again(folder) ? empty_run(status) : recorded_or_empty(folder, status, note);
  // Who died while loading knows of none: the snapshot beside these rows is continued all the same.
  const std::int64_t step = std::max(status.step, number_of(run.attributes, "step"));
  set_attribute(run.attributes, "status", status.status);
  set_attribute(run.attributes, "status_text", status.text);
  set_attribute(run.attributes, "step", step);
  set_attribute(run.attributes, "finished", now_iso8601());
  Group& events = event_group(run);
  append(events, "event_step", static_cast<std::int32_t>(step));
  append(events, "event_kind", status.status);
  append(events, "event_text", status.text + note);
  for (Dimension& dimension : events.dimensions) {
    if (dimension.name == "event") ++dimension.length;
  }
  seal(folder / "run.h5", run, Compression::gzip);
  end_ordered(folder);
}

Group empty_run(const MarkedStatus& status) {
  const Attributes changing = {{"volatile", std::int64_t{1}}};
  Group run;
  run.attributes = {{"format", newest_format},
                    {"title", status.sweep.empty() ? status.label : status.sweep + ": " + status.label},
                    {"run_id", status.id},
                    {"cell_id", status.cell_id},
                    {"sweep", status.sweep},
                    {"seed", status.seed},
                    {"label", status.label},
                    {"status", status.status},
                    {"status_text", status.text},
                    {"step", status.step},
                    {"created", now_iso8601()},
                    {"finished", ""}};
  const auto text = [](const std::string& value) { return std::vector<std::string>{value}; };
  run.variables = {{"config", {}, text(status.config), {{"long_name", "resolved configuration, JSON"}}},
                   {"provenance", {}, text("{}"), {{"long_name", "where it was made, JSON"}}},
                   {"fingerprint", {}, text("{}"), {{"long_name", "code that made it, JSON"}}}};
  run.variables[1].attributes.push_back(changing.front());
  const auto steps = [](const char* name, const char* meaning) {
    return Variable{name, {name}, std::vector<std::int32_t>{}, {{"units", "1"}, {"long_name", meaning}}};
  };
  Group train{"train", {}, {{"step", 0}}, {steps("step", "generator steps made")}, {}};
  Group eval{"eval", {}, {{"eval_step", 0}}, {steps("eval_step", "generator steps made")}, {}};
  // What happened to the attempts at a run does not change its result.
  Group event{"event", {}, {{"event", 0}}, {}, {}};
  event.variables = {{"event_step", {"event"}, std::vector<std::int32_t>{}, changing},
                     {"event_kind", {"event"}, std::vector<std::string>{}, changing},
                     {"event_text", {"event"}, std::vector<std::string>{}, changing}};
  run.groups = {train, eval, event};
  return run;
}

std::string now_iso8601() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

}  // namespace monge::record
