// What tests of schedule/ share: a folder of their own, jobs for the scripted worker, an observer that
// remembers.
#pragma once

#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "schedule/scheduler.h"
#include "scratch.h"

namespace monge::schedule::test {

namespace fs = std::filesystem;
using Json = nlohmann::json;

using monge::test::read_file;
using monge::test::Scratch;
using monge::test::write_file;

inline Job job(const Scratch& results, const std::string& id, const Json& script = Json::object()) {
  const fs::path folder = results.path() / "runs" / id;
  const Json config = {{"train", {{"generator_steps", 3}}}, {"script", script}};
  const Json run = {{"id", id},           {"cell_id", "c-" + id},      {"sweep", "test"}, {"seed", 7},
                    {"label", "l-" + id}, {"folder", folder.string()}, {"config", config}};
  return {id, "l-" + id, {{"run", run}}, folder, 3};
}

inline Settings settings(int jobs = 1) {
  Settings result;
  result.worker = SCRIPTED_WORKER;
  result.jobs = jobs;
  return result;
}

/// The process numbers that the worker has written to log.txt after `word`.
inline std::vector<pid_t> pids(const Job& of, const std::string& word = "pid") {
  std::vector<pid_t> found;
  std::istringstream log(read_file(of.folder / "log.txt"));
  for (std::string first, second; log >> first >> second;) {
    if (first == word) found.push_back(std::stoi(second));
  }
  return found;
}

/// "" when `text` holds `part`, otherwise the text, so that a failed check shows it.
inline std::string without(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos ? "" : "'" + text + "' without '" + part + "'";
}

/// True for a zombie, too.
inline bool exists(pid_t pid) { return ::kill(pid, 0) == 0; }

struct Memory : Observer {
  std::vector<std::string> starts, notes;  // ids; sentences
  std::vector<Outcome> ends;
  std::vector<Progress> steps;
  std::function<void(const Job&, const Progress&)> on_progress = [](const Job&, const Progress&) {};
  std::function<void(const Job&)> on_snapshot = [](const Job&) {};
  int ticks = 0, stops = 0;

  void started(const Job& job, const Progress&, const std::string&) override { starts.push_back(job.id); }
  void progress(const Job& job, const Progress& progress) override {
    steps.push_back(progress);
    on_progress(job, progress);
  }
  void snapshot(const Job& job, std::int64_t) override { on_snapshot(job); }
  void ended(const Job&, const Outcome& outcome) override { ends.push_back(outcome); }
  void stopping() override { ++stops; }
  void note(const std::string& text) override { notes.push_back(text); }
  void tick() override { ++ticks; }
};

}  // namespace monge::schedule::test
