#include "sweep/settings.h"

#include <algorithm>

#include "sweep/nearest.h"

namespace monge::sweep {
namespace {

using Parameters = std::vector<Parameter>;

// Steps are recorded as int32, and other counts become sizes of tensors.
constexpr double most = 2'147'483'647;

Parameter whole(std::string name, std::string doc, Json fallback) {
  return {std::move(name), "int", std::move(doc), "", std::move(fallback), 1, most};
}

// Bounds below 1 stand for an open end: a decay of 1 would divide by zero.
constexpr double below_one = 0.9999999;
constexpr double least_epsilon = 1e-30;  // with none, a weight without a gradient would be moved by 0 / 0

Parameter learning_rate(double fallback) {
  return {"learning_rate", "real", "step size; 0 freezes the player", "", fallback, 0};
}
Parameter epsilon() {
  return {"epsilon", "real", "added to the root of the second moment", "", 1e-8, least_epsilon};
}
Parameter momentum() { return {"momentum", "real", "share of the last step kept", "", 0.0, 0, below_one}; }

Parameter late(Parameter parameter) {
  parameter.late = true;
  return parameter;
}

Parameter count(std::string name, std::string doc) {
  return {std::move(name), "int", std::move(doc), "", 0, 0, most};
}

// How the learning rate of any optimiser changes over generator steps.
void add_schedule(Parameters& settings) {
  settings.push_back(late({"schedule",
                           "choice",
                           "of the learning rate, from learning_rate to final_factor times it",
                           "",
                           "constant",
                           {},
                           {},
                           {"constant", "linear", "cosine"}}));
  settings.push_back(late(count("schedule_steps", "generator steps until the end of the schedule")));
  settings.push_back(
      late({"final_factor", "real", "share of the learning rate that is left at the end of the schedule", "",
            0.0, 0, 1}));
  settings.push_back(late(count("warm_up_steps", "generator steps in which the learning rate rises from 0")));
}

std::vector<OptimizerKind> make_optimizer_kinds() {
  const Parameter betas{"betas", "reals",  "decay of the two moments", "", Json::array({0.5, 0.999}),
                        0,       below_one};
  const Parameter alpha{"alpha", "real", "decay of the second moment", "", 0.99, 0, below_one};
  const Parameter decay{
      "weight_decay", "real", "share of the parameters taken off, times the learning rate", "", 0.01, 0};
  std::vector<OptimizerKind> kinds{{"adam", {learning_rate(1e-4), betas, epsilon()}},
                                   {"adamw", {learning_rate(1e-4), betas, epsilon(), decay}},
                                   {"rmsprop", {learning_rate(5e-5), alpha, epsilon(), momentum()}},
                                   {"sgd", {learning_rate(1e-4), momentum()}}};
  for (OptimizerKind& kind : kinds) add_schedule(kind.settings);
  return kinds;
}

Parameters make_train() {
  return {
      whole("generator_steps", "generator updates of a run; raising it continues finished runs", nullptr),
      whole("batch_size", "samples of each kind in one update", 64),
      whole("critic_steps", "critic updates before each generator update", 5),
      whole("latent", "dimensions of the generator's input", 100),
      {"precision",
       "choice",
       "of training arithmetic; bf16: of the networks' products alone, the rest is fp32; tf32: the same on a "
       "GPU, on a "
       "CPU fp32",
       "",
       "fp32",
       {},
       {},
       {"fp32", "fp64", "tf32", "bf16"}},
      {"warm_up", "bool", "100 critic updates in the first 25 generator steps and in every 500th", "", false},
      late(
          {"ema", "real", "decay of the generator's moving average; 0: none is kept", "", 0.0, 0, below_one}),
      late({"deterministic", "bool",
            "equal runs have equal bits; false: on a GPU LibTorch may take faster ways that do not repeat "
            "themselves, and whose steps are perhaps no graph",
            "", true})};
}

Parameters make_evaluate() {
  return {
      whole("every", "generator steps between evaluations", 500),
      whole("samples", "samples of each kind in one evaluation", 1024),
      late(count("final_samples",
                 "samples of each kind in a further evaluation after the last step; 0: there is none")),
      late({"features", "extractor",
            "what metrics of features read: \"pixels\", \"classifier\" or { torchscript = \"file.pt\" }", "",
            "pixels"}),
      late({"weights",
            "choice",
            "of the generator: as trained, or their moving average (train.ema); batch norm's running "
            "statistics, which have no average, are those of the generator as trained in both",
            "",
            "generator",
            {},
            {},
            {"generator", "ema"}}),
      late({"audit", "bool", "slopes, spectra, gaps and weights of the critic are recorded, too", "", true})};
}

Parameter limit(std::string name, std::string doc, double fallback) {
  return late({std::move(name), "real", std::move(doc) + "; 0: never", "", fallback, 0});
}

Parameters make_detect() {
  return {
      limit("diverged_slope", "a slope of the critic beyond it ends the run as diverged", 1e8),
      limit("collapsed_variance", "of samples over that of data: collapsed when below it twice", 0.05),
      limit("collapsed_entropy", "of modes over its largest: collapsed when below it twice", 0.5),
      limit("vanished_gradient", "norm of the generator's gradient: vanished when below it for long", 1e-6),
      late(whole("vanished_steps", "generator steps that are long", 500)),
      late({"last_steps", "int", "steps at full rate kept of a run that diverges; 0: none", "", 200, 0,
            100'000})};
}

const std::vector<std::string>& varying_sections() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all = plain_sections();
    all.insert(all.end(), {"optimizer", "dataset", "architecture", "loss", "enforcer"});
    return all;
  }();
  return names;
}

bool is_player(std::string_view word) { return word == "critic" || word == "generator"; }

std::vector<std::string> names_of(const Parameters& parameters) {
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters) names.push_back(parameter.name);
  return names;
}

std::vector<std::string> names_in(const std::string& section) {
  if (section == "optimizer") return optimizer_settings();
  std::vector<std::string> names = names_of(section_settings(section));
  if (section == "evaluate") names.emplace_back("metrics");
  return names;
}

std::string home_of(const std::string& setting, const std::string& but) {
  std::vector<std::string> sections = plain_sections();
  sections.emplace_back("optimizer");
  for (const std::string& section : sections) {
    const std::vector<std::string> names = names_in(section);
    if (section != but && std::find(names.begin(), names.end(), setting) != names.end()) return section;
  }
  return "";
}

std::string unknown_key(const std::string& key) {
  const std::string first = key.substr(0, key.find('.'));
  if (first == "seed" || first == "seeds") {
    return "'" + key + "' is not varied like a setting: give [experiment] seeds = 5 or a list, or --seeds";
  }
  if (first == "experiment" || first == "resources") {
    return "'" + key + "' is one for the whole experiment and cannot differ between cells";
  }
  if (const std::string home = home_of(first, ""); !home.empty() && first == key) {
    return "no key '" + key + "'; did you mean '" + home + "." + key + "'?";
  }
  return "no key begins with '" + first + "'" + did_you_mean(first, varying_sections()) +
         "  Known: " + listed(varying_sections());
}

KeyReading read_section_key(const std::string& section, const std::string& name) {
  if (name.empty()) {
    return {{}, "[" + section + "] cannot be set as a whole: set '" + section + ".<name>'"};
  }
  const std::vector<std::string> names = names_in(section);
  if (std::find(names.begin(), names.end(), name) == names.end()) return {{}, unknown_setting(section, name)};
  return {{Target::What::section, nullptr, section, "", name}, ""};
}

KeyReading read_optimizer_key(std::string rest) {
  std::string player = rest.substr(0, rest.find('.'));
  if (is_player(player)) {
    rest = rest.size() > player.size() ? rest.substr(player.size() + 1) : "";
  } else {
    player.clear();
  }
  if (rest.empty()) return {{Target::What::optimizer, nullptr, "optimizer", player, ""}, ""};
  const std::vector<std::string> names = optimizer_settings();
  if (std::find(names.begin(), names.end(), rest) == names.end()) {
    return {{}, unknown_setting("optimizer", rest)};
  }
  return {{Target::What::optimizer_setting, nullptr, "optimizer", player, rest}, ""};
}

}  // namespace

const std::vector<Slot>& slots() {
  static const std::vector<Slot> all{{"dataset", "dataset", false, ""},
                                     {"architecture", "architecture", false, ""},
                                     {"loss", "loss", false, ""},
                                     {"enforcer", "enforcer", true, "none"},
                                     {"evaluate.metrics", "metric", true, "sliced_wasserstein"}};
  return all;
}

bool is_plugin_name(std::string_view name) {
  const std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  return !name.empty() && name.find_first_not_of(allowed) == std::string_view::npos;
}

const std::vector<std::string>& plain_sections() {
  static const std::vector<std::string> names{"train", "evaluate", "record", "detect"};
  return names;
}

const Parameters& section_settings(std::string_view section) {
  static const Parameters train = make_train();
  static const Parameters evaluate = make_evaluate();
  static const Parameters record{
      whole("every", "generator steps between records", 10),
      late({"animation", "bool", "samples.gif beside run.h5: a frame for each evaluation", "", true})};
  static const Parameters detect = make_detect();
  static const Parameters none;
  if (section == "train") return train;
  if (section == "evaluate") return evaluate;
  if (section == "detect") return detect;
  return section == "record" ? record : none;
}

const std::vector<OptimizerKind>& optimizer_kinds() {
  static const std::vector<OptimizerKind> kinds = make_optimizer_kinds();
  return kinds;
}

std::vector<std::string> optimizer_settings() {
  std::vector<std::string> names{"kind"};
  for (const OptimizerKind& kind : optimizer_kinds()) {
    for (const Parameter& parameter : kind.settings) {
      if (std::find(names.begin(), names.end(), parameter.name) == names.end())
        names.push_back(parameter.name);
    }
  }
  return names;
}

KeyReading read_key(const std::string& key) {
  for (const Slot& slot : slots()) {
    if (key == slot.key) return {{Target::What::slot, &slot, "", "", ""}, ""};
    if (!key.starts_with(slot.key + ".")) continue;
    const std::string name = key.substr(slot.key.size() + 1);
    if (name.empty() || name.find('.') != std::string::npos) {
      return {{}, "'" + key + "' is not a parameter: write '" + slot.key + ".<name>'"};
    }
    if (name == "plugin") return {{Target::What::slot_plugin, &slot, "", "", name}, ""};
    return {{Target::What::slot_parameter, &slot, "", "", name}, ""};
  }
  const std::size_t dot = key.find('.');
  const std::string first = key.substr(0, dot);
  const std::string rest = dot == std::string::npos ? "" : key.substr(dot + 1);
  if (first == "optimizer") return read_optimizer_key(rest);
  if (!section_settings(first).empty()) return read_section_key(first, rest);
  return {{}, unknown_key(key)};
}

std::string unknown_setting(const std::string& section, const std::string& key) {
  const std::string text = "[" + section + "] has no setting '" + key + "'";
  if (const std::string home = home_of(key, section); !home.empty()) {
    return text + "; it belongs to [" + home + "]";
  }
  const std::vector<std::string> names = names_in(section);
  return text + did_you_mean(key, names) + "  Known: " + listed(names);
}

std::vector<std::string> all_keys(const Catalogue& catalogue) {
  std::vector<std::string> keys;
  for (const std::string& section : plain_sections()) {
    for (const Parameter& parameter : section_settings(section))
      keys.push_back(section + "." + parameter.name);
  }
  for (const std::string table : {"optimizer", "optimizer.critic", "optimizer.generator"}) {
    for (const std::string& name : optimizer_settings()) keys.push_back(table + "." + name);
  }
  for (const Slot& slot : slots()) {
    keys.push_back(slot.key);
    keys.push_back(slot.key + ".plugin");
    for (const auto& [key, schema] : catalogue.found) {
      if (schema.kind != slot.kind) continue;
      for (const Parameter& parameter : schema.parameters) keys.push_back(slot.key + "." + parameter.name);
    }
  }
  return keys;
}

}  // namespace monge::sweep
