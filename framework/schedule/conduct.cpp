#include "schedule/conduct.h"

#include <algorithm>
#include <map>
#include <set>

#include "record/collect.h"
#include "record/publish.h"
#include "record/run_file.h"
#include "schedule/company.h"
#include "schedule/cores.h"
#include "schedule/provenance.h"
#include "schedule/talk.h"
#include "sweep/nearest.h"
#include "sweep/sweep_file.h"

namespace monge::schedule {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// "cuda:0 (NVIDIA H200)" -> "cuda:0".
std::vector<std::string> devices_of(const Json& system) {
  std::vector<std::string> devices;
  for (const Json& device : system.value("devices", Json::array({"cpu"}))) {
    const auto text = device.get<std::string>();
    devices.push_back(text.substr(0, text.find(' ')));
  }
  return devices;
}

// "auto" is a GPU where there is one.
std::string device_for(const std::string& wanted, const Json& system) {
  const std::vector<std::string> devices = devices_of(system);
  if (wanted == "auto") {
    const auto gpu = std::find_if(devices.begin(), devices.end(), [](const auto& d) { return d != "cpu"; });
    return gpu == devices.end() ? "cpu" : *gpu;
  }
  if (std::find(devices.begin(), devices.end(), wanted) != devices.end()) return wanted;
  const std::string fault = system.value("gpu_fault", "");
  throw Error(Exit::usage, "--device " + wanted + ": there is no such device here, only " +
                               sweep::listed(devices) + (fault.empty() ? "" : "; " + fault));
}

// The setting that a sentence of the worker is about: "in architecture/dcgan: ...", "evaluate.samples is
// ...".
std::string key_of(const std::string& sentence) {
  static const std::set<std::string> kPlugins{"loss", "enforcer", "architecture", "dataset"};
  static const std::set<std::string> kSections{"train", "optimizer", "evaluate", "record"};
  const std::string text = sentence.starts_with("in ") ? sentence.substr(3) : sentence;
  const std::size_t begin = text.starts_with("the ") ? 4 : 0;
  const std::string word = text.substr(begin, text.find_first_of(" :'/,", begin) - begin);
  if (word == "generator" || word == "critic") return "architecture.plugin";
  if (word == "metric") return "evaluate.metrics";
  if (kPlugins.contains(word)) return word + ".plugin";
  const std::string section = word.substr(0, word.find('.'));
  return kPlugins.contains(section) || kSections.contains(section) ? word : "";
}

// "in loss/x: loss 'x': ..." names the plugin twice.
std::string said_once(const std::string& sentence) {
  const auto end = sentence.find(": ");
  if (!sentence.starts_with("in ") || end == std::string::npos) return sentence;
  const std::string key = sentence.substr(3, end - 3), rest = sentence.substr(end + 2);
  const auto slash = key.find('/');
  if (slash == std::string::npos) return sentence;
  return rest.starts_with(key.substr(0, slash) + " '" + key.substr(slash + 1) + "'") ? rest : sentence;
}

// What the worker says of cells, at the place of the setting it is about: the same words of many cells are
// said once, with the first of them.
class Remarks {
 public:
  void add(const std::string& sentence, const std::string& label) { labels_[sentence].push_back(label); }

  std::vector<std::string> lines(const sweep::Draft& draft, const sweep::Experiment& experiment) const {
    std::vector<std::string> lines;
    for (const auto& [sentence, labels] : labels_) {
      const std::string key = key_of(sentence);
      const std::string place = key.empty() ? experiment.file : sweep::place_of(draft, key);
      lines.push_back(place + ": " + said_once(sentence));
      if (labels.front().empty()) continue;
      lines.back() += "\n  in cell " + labels.front();
      if (labels.size() > 1) lines.back() += " and " + std::to_string(labels.size() - 1) + " more";
    }
    return lines;
  }

 private:
  std::map<std::string, std::vector<std::string>> labels_;
};

void check_cells(const sweep::Draft& draft, sweep::Experiment& experiment,
                 const std::vector<CellFacts>& facts) {
  Remarks errors, warnings;
  Exit exit = Exit::plugin;  // where nothing else is wrong
  for (const sweep::Cell& cell : experiment.cells) {
    const CellFacts& found = facts.at(cell.index);
    if (!found.error.empty()) errors.add(found.error, cell.label);
    if (!found.error.empty() && found.exit != Exit::plugin) exit = Exit::experiment;
    for (const std::string& warning : found.warnings) warnings.add(warning, cell.label);
  }
  std::string text;
  for (const std::string& line : errors.lines(draft, experiment)) text += (text.empty() ? "" : "\n") + line;
  if (!text.empty()) throw Error(exit, text);
  for (const std::string& line : warnings.lines(draft, experiment)) experiment.warnings.push_back(line);
}

// Which file a name stands for is the order of the folders: said where that matters.
void tell_hidden(const sweep::Draft& draft, const sweep::Catalogue& catalogue, const Json& hidden,
                 sweep::Experiment& experiment) {
  for (const Json& file : hidden) {
    const auto key = file.at("key").get<std::string>();
    const auto used = catalogue.found.find(key);
    if (used == catalogue.found.end()) continue;
    experiment.warnings.push_back(sweep::place_of(draft, key_of(key)) + ": " + key + " is " +
                                  used->second.path + ", which hides " + file.at("path").get<std::string>());
  }
}

std::vector<std::string> gpus_of(const Json& system) {
  std::vector<std::string> gpus = devices_of(system);
  std::erase(gpus, "cpu");
  return gpus;
}

// A function of what was asked and of the machine, never of how far the sweep has come: results depend on it.
int threads_for(const Order& order, std::size_t cores, std::size_t runs) {
  if (order.threads > 0) return order.threads;
  const auto workers = order.jobs > 0 ? static_cast<std::size_t>(order.jobs) : cores;
  return static_cast<int>(
      std::max<std::size_t>(1, cores / std::max<std::size_t>(1, std::min(workers, runs))));
}

Settings settings_for(const Order& order, const sweep::Experiment& experiment, const std::string& device,
                      const Json& system) {
  Settings settings;
  settings.worker = order.worker;
  settings.device = device;
  settings.timeout_seconds = experiment.timeout_seconds;
  if (device == "cpu") settings.cores = allowed_cores();
  if (device != "cpu" && order.device == "auto") settings.gpus = gpus_of(system);
  const std::size_t runs = experiment.cells.size() * experiment.seeds.size();
  if (device == "cpu") settings.threads = threads_for(order, settings.cores.size(), runs);
  const std::size_t of_cores = settings.cores.size() / static_cast<std::size_t>(settings.threads);
  const auto places = std::max<std::size_t>({1, of_cores, settings.gpus.size()});
  settings.jobs = order.jobs > 0 ? order.jobs : static_cast<int>(places);
  return settings;
}

// What kept it from being done, or "": all runs are there, whatever becomes of the file that is made of them.
std::string collected(const Prepared& prepared) {
  try {
    record::collect_to(sweep::plan(prepared.experiment), prepared.folder);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// Workers of one GPU.
int sharing(const Settings& settings) {
  const int gpus = std::max(1, static_cast<int>(settings.gpus.size()));
  return std::max(1, (settings.jobs + gpus - 1) / gpus);
}

}  // namespace

Prepared prepare(const Order& order) {
  const sweep::Draft draft = sweep::read_experiment(order.file, order.flags);
  Describer describer(order.worker, order.plugins);
  const sweep::Catalogue catalogue = describer.plugins(draft.plugins());
  Prepared prepared;
  prepared.experiment = sweep::resolve(draft, catalogue);
  tell_hidden(draft, catalogue, describer.answer().value("shadowed", Json::array()), prepared.experiment);
  const std::string device = device_for(order.device, catalogue.system);
  std::vector<Json> configs;
  for (const sweep::Cell& cell : prepared.experiment.cells) configs.push_back(cell.config);
  prepared.settings = settings_for(order, prepared.experiment, device, catalogue.system);
  prepared.facts =
      describer.cells(configs, device, prepared.settings.threads, order.pack, sharing(prepared.settings));
  check_cells(draft, prepared.experiment, prepared.facts);
  prepared.folder = order.results / prepared.experiment.name;
  prepared.redo = order.redo;
  prepared.provenance = provenance(order.command, order.file);
  prepared.provenance["system"] = catalogue.system;
  prepared.provenance["device"] = device;
  prepared.settings.common = {{"search", search_of(order.plugins)}, {"provenance", prepared.provenance}};
  return prepared;
}

Work plan_of(const Prepared& prepared) {
  return plan_work(prepared.experiment, prepared.facts, prepared.folder,
                   {prepared.settings.jobs, prepared.redo, prepared.settings.device});
}

std::vector<Job> jobs_of(const Prepared& prepared, const Work& work) {
  std::vector<Job> jobs;
  for (const PlannedRun& planned : work.runs) {
    if (!planned.works()) continue;
    const sweep::Cell& cell = prepared.experiment.cells.at(planned.run.cell);
    const CellFacts::Strategy& strategy = prepared.facts.at(planned.run.cell).strategy;
    Job job{planned.run.id, cell.label,    {}, prepared.folder / "runs" / planned.run.id, planned.steps,
            planned.slots,  strategy.shape};
    job.request["run"] = {{"id", planned.run.id},
                          {"cell_id", cell.id},
                          {"sweep", prepared.experiment.name},
                          {"seed", planned.run.seed},
                          {"label", cell.label},
                          {"folder", fs::absolute(job.folder).string()},
                          {"config", cell.config},
                          {"why", why_so(planned, strategy)}};
    jobs.push_back(std::move(job));
  }
  return jobs;
}

Summary conduct(const Prepared& prepared, const Work& work, Observer& observer, Interrupt& interrupt) {
  record::remove_leftovers(prepared.folder);
  record::publish_text(prepared.folder / "sweep.toml",
                       sweep::sweep_file(prepared.experiment, prepared.provenance));
  const std::vector<Job> jobs = jobs_of(prepared, work);
  const bool afresh = prepared.redo == Redo::all || prepared.redo == Redo::failed;
  for (const PlannedRun& run : work.runs) {
    const fs::path folder = prepared.folder / "runs" / run.run.id;
    if (afresh && run.action == Action::start && fs::exists(folder / "run.h5")) record::order_again(folder);
  }
  Summary summary;
  try {
    if (!jobs.empty()) summary = run_all(jobs, prepared.settings, observer, interrupt);
  } catch (const Error&) {  // what has ended is a result all the same
    collected(prepared);
    throw;
  }
  if (!summary.killed) summary.uncollected = collected(prepared);
  return summary;
}

}  // namespace monge::schedule
