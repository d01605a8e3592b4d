// What tests of schedule/ share: a folder of their own, jobs for the scripted worker, an observer that
// remembers.
#pragma once

#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "schedule/scheduler.h"

namespace monge::schedule::test {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "monge-schedule-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }
  fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

inline std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

inline void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

inline Job job(const Folder& results, const std::string& id, const Json& script = Json::object()) {
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
