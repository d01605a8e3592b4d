// The files of a run in training: what it goes on from, its snapshots, its end.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "record/access.h"
#include "record/changes.h"
#include "record/group_file.h"
#include "record/publish.h"
#include "record/run_file.h"
#include "worker/animation.h"
#include "worker/channel.h"
#include "worker/session.h"
#include "worker/snapshot.h"

namespace monge::worker {

using Json = nlohmann::json;

// Goes on from the folder's snapshot where code, data and device are still the same. Returns why not, or
// nothing.
std::string Session::resume() {
  const auto state_path = folder_ / "state.h5";
  std::string why;
  const auto rows = record::read_or_keep(folder_, why);
  if (why.empty()) {
    if (record::is_ordered_again(folder_)) return "";
    if (!rows) std::filesystem::remove(state_path);  // cut off between the two
    if (!record::is_there(state_path)) return "";
    why = take_up(*rows);
    if (why.empty()) return "";
  }
  std::filesystem::remove(state_path);  // it no longer belongs to the rows that follow
  recording_.add_event(0, "begins again", why);
  return "begins again: " + why;
}

// From these rows and the snapshot beside them; or says why it cannot.
std::string Session::take_up(const record::Group& rows) {
  record::Group state;
  std::string why;
  try {
    state = record::read(folder_ / "state.h5");
  } catch (const record::Damaged& error) {
    why = error.what();
  }
  try {
    recording_.take_over_history(rows);
    if (why.empty()) why = unfit(state, rows);
    if (!why.empty()) return why;
    auto last_steps = last_steps_;  // both stay as they are where a file holds what it should not
    auto recording = recording_;
    restore(state, bound_.game, progress_);
    last_steps.take_over(state);
    recording.take_over(
        rows,
        {bound_.record_every, bound_.evaluation.every, progress_.step, bound_.game.settings.generator_steps},
        bound_.evaluation);
    last_steps_ = std::move(last_steps);
    recording_ = std::move(recording);
  } catch (const std::exception& error) {
    progress_ = train::Progress(bound_.game);
    return error.what();
  }
  if (const double earlier = recording_.last("seconds"); std::isfinite(earlier)) seconds_before_ = earlier;
  reported_step_ = progress_.step;
  last_report_ = Clock::now();
  return "";
}

// Why this pair of files cannot be continued, or nothing.
std::string Session::unfit(const record::Group& state, const record::Group& rows) const {
  // Files of before it was written in them have none.
  if (const auto owner = record::text_of(state.attributes, "run_id"); !owner.empty() && owner != id_)
    return record::of_another_run(folder_ / "state.h5", owner);
  const auto earlier = record::text_of(state, "fingerprint");
  if (earlier != fingerprint_)
    return record::changes(Json::parse(earlier, nullptr, false), bound_.fingerprint) +
           " changed since its snapshot";
  if (record::text_of(rows, "fingerprint") != earlier ||
      record::number_of(rows.attributes, "step") < snapshot_step(state)) {
    return "run.h5 and state.h5 are of two different attempts";
  }
  return "";
}

// Seconds until the next snapshot when the last one cost `cost`. MONGE_SNAPSHOT_SECONDS sets it, for tests:
// it decides when files are written, never what is in them.
double Session::snapshot_interval(double cost) {
  const char* given = std::getenv("MONGE_SNAPSHOT_SECONDS");
  return given == nullptr ? std::max(20.0, 100 * cost) : std::atof(given);
}

// run.h5 before state.h5: rows past the state are cut when the run goes on.
void Session::take_snapshot() {
  collect_evaluations();
  const auto begin = Clock::now();
  write_run();
  write_state();
  record::fulfil_order(folder_);
  send({{"event", "snapshot"}, {"id", id_}, {"step", progress_.step}});
  snapshot_interval_ = snapshot_interval(seconds_since(begin) * static_cast<double>(in_pack_));
  last_snapshot_ = Clock::now();
}

record::Sealing Session::run_file() {
  if (status_.status == "running") status_.step = progress_.step;
  auto group = recording_.group(status_, provenance_.dump(), fingerprint_, bound_.evaluation,
                                bound_.evaluation.audited ? &audit_ : nullptr);
  if (status_.status == "diverged" && last_steps_.wanted())
    group.groups.push_back(last_steps_.group(bound_.game, /*with_seconds=*/true));
  if (status_.status != "running") record::set_attribute(group.attributes, "finished", record::now_iso8601());
  return {folder_ / "run.h5", std::move(group), record::Compression::gzip};
}

record::Sealing Session::state_file() {
  auto group = snapshot(bound_.game, progress_, fingerprint_);
  record::set_attribute(group.attributes, "run_id", id_);
  if (last_steps_.wanted()) group.groups.push_back(last_steps_.group(bound_.game, /*with_seconds=*/false));
  return {folder_ / "state.h5", std::move(group), record::Compression::none};
}

// The run is whole without it: what it lacks is said in the log.
void Session::write_animation() {
  try {
    const std::string gif = animation(recording_.evaluations(), bound_.game.data->test);
    if (!gif.empty()) record::publish_text(folder_ / "samples.gif", gif);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "no animation: %s\n", error.what());
  }
}

void Session::write_run() {
  const record::Sealing file = run_file();
  record::seal(file.path, file.group, file.compression);
}

void Session::write_state() {
  const record::Sealing file = state_file();
  record::seal(file.path, file.group, file.compression);
}

}  // namespace monge::worker
