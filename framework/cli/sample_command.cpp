#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/place.h"
#include "cli/plugin_key.h"
#include "cli/sweep_folder.h"
#include "record/access.h"
#include "record/group_file.h"
#include "schedule/talk.h"
#include "sweep/counted.h"
#include "sweep/sweep_file.h"

namespace monge::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t kListedRuns = 20;  // runs in a message
constexpr std::int64_t kMostSamples = 100'000;
constexpr double kPatienceSeconds = 600;  // for data that must be decoded first

// Id, label and seed of a run, for somebody who has to choose one.
std::string line_of(const fs::path& run) {
  std::string line = "\n  " + run.string();
  try {
    const auto root = record::read_root(run / "run.h5");
    line += "  " + record::text_of(root.attributes, "label") + ", seed " +
            std::to_string(record::number_of(root.attributes, "seed"));
  } catch (const Error&) {
    line += "  (unreadable)";
  }
  return line;
}

// The ids of the last sweep's runs; empty where nobody knows them.
std::set<std::string> planned_ids(const fs::path& sweep) {
  try {
    return ids_of(sweep::read_plan(sweep / "sweep.toml"));
  } catch (const Error&) {
    return {};
  }
}

// Runs to choose from, those of the last sweep first: others may have the same label and seed.
std::string listed_runs(std::vector<fs::path> runs) {
  const auto ids = planned_ids(runs.front().parent_path().parent_path());
  const auto planned = [&](const fs::path& run) { return ids.contains(run.filename().string()); };
  std::stable_partition(runs.begin(), runs.end(), planned);
  std::string text;
  for (std::size_t i = 0; i < runs.size() && i < kListedRuns; ++i)
    text += line_of(runs[i]) + (ids.empty() || planned(runs[i]) ? "" : "  (not of the last sweep)");
  if (runs.size() > kListedRuns) text += "\n  and " + std::to_string(runs.size() - kListedRuns) + " more";
  return text;
}

// The folder of the run that is meant: itself, or SWEEP/ID where ID may be only how one run's id begins.
fs::path run_folder(fs::path given) {
  if (!given.has_filename()) given = given.parent_path();  // of ID/ the name is empty
  if (fs::exists(given / "run.h5")) return given;
  const bool sweep = fs::is_directory(given / "runs");
  const fs::path runs = (sweep ? given : given.parent_path()) / "runs";
  const std::string begins = sweep ? "" : given.filename().string();
  std::vector<fs::path> all, found;
  if (fs::is_directory(runs)) {
    for (const auto& entry : fs::directory_iterator(runs)) {
      if (fs::exists(entry.path() / "run.h5")) all.push_back(entry.path());
    }
  }
  if (all.empty()) {
    throw Error(Exit::storage,
                given.string() + ": no run is here; give one such as results/clip_vs_gp/runs/ID");
  }
  std::sort(all.begin(), all.end());
  std::copy_if(all.begin(), all.end(), std::back_inserter(found),
               [&](const fs::path& run) { return run.filename().string().starts_with(begins); });
  if (found.size() == 1) return found.front();
  throw Error(Exit::usage, given.string() + ": " +
                               (found.empty() ? "no run's id begins so" : "several runs") + "; name one of" +
                               listed_runs(found.empty() ? all : found));
}

// Two numbers of draws: "3,17".
Json ends_of(const std::string& text) {
  std::int64_t a = 0, b = 0;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, a);
  if (first.ec == std::errc() && first.ptr != end && *first.ptr == ',') {
    const auto second = std::from_chars(first.ptr + 1, end, b);
    if (second.ec == std::errc() && second.ptr == end && a >= 0 && b >= 0 && a < kMostSamples &&
        b < kMostSamples)
      return {a, b};
  }
  throw usage_error("sample", "--interpolate takes the numbers of two samples, each from 0 to " +
                                  std::to_string(kMostSamples - 1) + ", such as 0,5; got '" + text + "'");
}

double bound_of(const std::string& text) {
  double bound = 0;
  const char* end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, bound);
  if (fault == std::errc() && stop == end && bound > 0 && bound <= 100) return bound;
  throw usage_error(
      "sample",
      "--truncate takes a number above 0 and at most 100, in standard deviations; got '" + text + "'");
}

// Where the picture goes. It replaces what is there, so that must be a file, or a link to one; of a link the
// target is written.
fs::path picture_file(const fs::path& given) {
  const auto refused = [&](const std::string& fault) {
    return usage_error("sample", "--out takes a file name such as samples.png; " + fault);
  };
  if (given == "-") throw refused("'-' is none: a picture is not for a terminal");
  if (given.has_extension() && given.extension() != ".png")
    throw refused("'" + given.string() + "' ends in " + given.extension().string() +
                  ", but pictures are PNG");
  const fs::file_status there = fs::status(given);
  if (fs::is_regular_file(there)) return fs::is_symlink(given) ? fs::canonical(given) : given;
  if (fs::exists(there) || fs::is_symlink(given))
    throw refused("'" + given.string() + "' is there already and is no regular file");
  return given;
}

void need_weights(const fs::path& folder) {
  if (fs::exists(folder / "state.h5")) return;
  const std::string status = record::text_of(record::read_root(folder / "run.h5").attributes, "status");
  const bool ended = status == "done" || status == "diverged";
  throw Error(Exit::storage,
              folder.string() + ": holds no weights (state.h5); " +
                  (ended ? "the run has ended and they were removed: remove its run.h5 too, and "
                           "`runner sweep` with its experiment trains it again"
                         : "they are there once a run has ended or was saved"));
}

Exit sample(const Arguments& arguments, Terminal& terminal) {
  const fs::path folder = run_folder(arguments.positional(0));
  const fs::path file =
      picture_file(arguments.text("out", fs::canonical(folder).filename().string() + ".png"));
  need_weights(folder);
  Json request = {{"folder", fs::absolute(folder).string()},
                  {"search", schedule::search_of(plugin_folders(arguments.texts("plugins"), "sample"))},
                  {"file", fs::absolute(file).string()},
                  {"n", arguments.whole("n", 1, kMostSamples, 64)},
                  {"seed", arguments.whole("seed", 0, std::numeric_limits<long>::max(), 0)}};
  if (arguments.has("class")) request["class"] = arguments.whole("class", 0, 1'000'000, 0);
  if (arguments.has("interpolate")) request["interpolate"] = ends_of(arguments.text("interpolate"));
  if (arguments.has("truncate")) request["truncate"] = bound_of(arguments.text("truncate"));
  const Json answer = schedule::ask(worker_program(), "sample", request, kPatienceSeconds);
  terminal.out << file.string() << ": " << sweep::counted(answer.at("samples").get<std::size_t>(), "sample")
               << " of step " << answer.at("step") << ", " << answer.at("width") << " x "
               << answer.at("height") << " pixels\n";
  return Exit::ok;
}

}  // namespace

Command sample_command() {
  Command command;
  command.name = "sample";
  command.summary = "a picture of what a run's generator makes";
  command.about =
      "Draws latents, runs the generator with the weights that the run has kept (its moving average where "
      "the "
      "experiment evaluates that), and writes a PNG: images eight in a row, other samples as points of the "
      "plane over real ones, in the data's scale: what lies farther out is not shown. The "
      "same seed gives the same latents for every run of one latent size, so that runs can be laid side by "
      "side.";
  command.positionals = {
      {"RUN",
       "folder of a run, such as results/ring/runs/ID; or results/ring/ID, where ID may be cut short"}};
  command.options = {
      {"n", 'n', "N", "samples (64)"},
      {"seed", 0, "N", "of the latents (0)"},
      {"class", 0, "K", "of a conditional generator; without it all classes in turn"},
      {"interpolate", 0, "A,B", "the way from sample A to sample B, in n steps on the sphere"},
      {"truncate", 0, "T", "latents within T standard deviations only: less variety, fewer failures"},
      {"out", 'o', "FILE", "of the picture (ID.png)"},
      plugins_option()};
  command.examples = {
      {"runner sample results/clip_vs_gp/3f", "64 samples of the run whose id begins with 3f"},
      {"runner sample results/clip_vs_gp/3f --interpolate 0,5 -n 16", "16 steps from one to another"}};
  command.exits = {{Exit::ok, "the picture is there"},
                   {Exit::failed, "runner-worker cannot be asked"},
                   {Exit::experiment, "the run's data cannot be had any more"},
                   {Exit::plugin},
                   {Exit::storage}};
  command.run = sample;
  return command;
}

}  // namespace monge::cli
