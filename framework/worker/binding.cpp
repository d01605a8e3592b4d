#include "worker/binding.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>

#include <map>

#include "measure/values.h"
#include "record/hash.h"
#include "train/calling.h"
#include "train/guard.h"
#include "worker/extractor.h"
#include "worker/gpu.h"

namespace monge::worker {
namespace {

using Json = nlohmann::json;

train::OptimizerSettings optimizer(const Json& table) {
  using Kind = train::OptimizerSettings::Kind;
  using Schedule = train::OptimizerSettings::Schedule;
  static const std::map<std::string, Kind> kinds = {
      {"adam", Kind::adam}, {"adamw", Kind::adamw}, {"rmsprop", Kind::rmsprop}, {"sgd", Kind::sgd}};
  static const std::map<std::string, Schedule> schedules = {
      {"constant", Schedule::constant}, {"linear", Schedule::linear}, {"cosine", Schedule::cosine}};
  train::OptimizerSettings settings;
  settings.kind = kinds.at(table.at("kind"));
  settings.learning_rate = table.at("learning_rate");
  if (table.contains("betas")) {
    settings.beta1 = table["betas"].at(0);
    settings.beta2 = table["betas"].at(1);
  }
  settings.alpha = table.value("alpha", settings.alpha);
  settings.epsilon = table.value("epsilon", settings.epsilon);
  settings.momentum = table.value("momentum", settings.momentum);
  settings.weight_decay = table.value("weight_decay", settings.weight_decay);
  settings.schedule = schedules.at(table.value("schedule", "constant"));
  settings.schedule_steps = table.value("schedule_steps", settings.schedule_steps);
  settings.final_factor = table.value("final_factor", settings.final_factor);
  settings.warm_up_steps = table.value("warm_up_steps", settings.warm_up_steps);
  return settings;
}

train::Settings settings_of(const Json& config) {
  const Json& train = config.at("train");
  train::Settings settings;
  settings.generator_steps = train.at("generator_steps");
  settings.batch_size = train.at("batch_size");
  settings.critic_steps = train.at("critic_steps");
  settings.latent = train.at("latent");
  settings.warm_up = train.at("warm_up");
  settings.precision = train.at("precision") == "fp64" ? at::kDouble : at::kFloat;
  settings.bf16 = train.at("precision") == "bf16";
  settings.ema = train.value("ema", 0.0);
  settings.critic = optimizer(config.at("optimizer").at("critic"));
  settings.generator = optimizer(config.at("optimizer").at("generator"));
  return settings;
}

void make_networks(train::Game& game, const plugin::Bound<Architecture>& architecture) {
  const Problem& problem = game.problem;
  train::calling(architecture.key(), [&] {
    game.generator = std::make_unique<train::Network>("generator", architecture->generator(problem),
                                                      Shape{problem.latent}, problem.sample, problem.classes);
    game.critic = std::make_unique<train::Network>("critic", architecture->critic(problem), problem.sample,
                                                   Shape{1}, problem.classes);
  });
}

measure::EvaluationSettings evaluation_of(const Binder& binder, const Json& config, const LoadedData& data) {
  const Json& evaluate = config.at("evaluate");
  measure::EvaluationSettings settings;
  settings.every = evaluate.at("every");
  settings.samples = evaluate.at("samples");
  settings.final_samples = evaluate.value("final_samples", std::int64_t{0});
  settings.audited = evaluate.value("audit", true);
  settings.averaged = evaluate.value("weights", "generator") == "ema";
  settings.floors = data.floors.get();
  bool reads_features = false;
  for (const auto& table : evaluate.at("metrics")) {
    settings.metrics.push_back(plugin::bind<Metric>(binder.catalog, table));
    reads_features |= settings.metrics.back().schema().reads_features;
  }
  if (reads_features) {
    settings.extractor = extractor_of(evaluate.value("features", Json("pixels")),
                                      config.at("dataset").at("plugin"), data, binder.device);
  }
  return settings;
}

void warn_of_floors(const measure::EvaluationSettings& settings, const LoadedData& data,
                    std::vector<std::string>& warnings) {
  const std::int64_t have = data.samples.test.size(0);
  for (const auto& recorded : measure::recorded_values(settings)) {
    const bool large = recorded.name.ends_with(measure::kFinal);
    const std::int64_t samples = large ? settings.final_samples : settings.samples;
    if (recorded.reported->floor_of.empty() || 2 * samples <= have) continue;
    warnings.push_back("'" + recorded.name + "' is not a number: it takes two samples of " +
                       std::to_string(samples) + ", and the data set holds out " + std::to_string(have) +
                       "; lower evaluate." + (large ? "final_samples" : "samples") + " to " +
                       std::to_string(have / 2));
  }
}

// Version and the libraries it was built with (MKL, oneDNN, CUDA, cuDNN): builds of one version round
// differently.
const std::string& libtorch() {
  static const std::string text =
      std::string(TORCH_VERSION) + "-" + record::sha256(at::show_config()).substr(0, 12);
  return text;
}

}  // namespace

const std::string& hash_of_file(const std::string& path) {
  static std::map<std::string, std::string> known;
  auto& hash = known[path];
  if (hash.empty()) hash = record::sha256_of_file(path);
  return hash;
}

at::Device device_of(const std::string& name) {
  if (name == "cpu") return at::kCPU;
  if (!name.starts_with("cuda:")) throw Error(Exit::usage, "--device " + name + ": must be cpu or cuda:N");
  const int count = open_gpu().devices;
  const at::Device device(name);
  if (device.index() >= count) {
    throw Error(Exit::usage, "--device " + name + ": this machine has " + std::to_string(count) +
                                 " usable GPUs; use auto or cpu" +
                                 (open_gpu().fault.empty() ? "" : " (" + open_gpu().fault + ")"));
  }
  return device;
}

std::string model_of(at::Device device) {
  return device.is_cuda() ? open_gpu().names.at(device.index()) : "cpu";
}

BoundRun bind_run(const Binder& binder, const Json& config, std::uint64_t seed, std::int64_t slots) {
  BoundRun run;
  auto& game = run.game;
  const LoadedData& data = binder.data.get(binder.catalog, config.at("dataset"));
  game.settings = settings_of(config);
  game.seed = seed;
  game.options = at::TensorOptions().dtype(game.settings.precision).device(binder.device);
  game.data = &data.samples;
  game.problem = {data.samples.train.sizes().slice(1).vec(), game.settings.latent, data.classes,
                  data.samples.range};
  game.loss = plugin::bind<Loss>(binder.catalog, config.at("loss"));
  game.enforcers = train::bind_enforcers(binder.catalog, config.at("enforcer"));
  const auto architecture = plugin::bind<Architecture>(binder.catalog, config.at("architecture"));
  make_networks(game, architecture);
  game.strategy = train::choose_strategy(game, binder.target.is_cuda(), slots);
  train::probe(game);
  train::refuse_nonsense(game);
  run.warnings = train::warnings_of(game, data.lowest, data.highest);

  run.record_every = config.at("record").at("every");
  run.animated = config.at("record").value("animation", true);
  run.evaluation = evaluation_of(binder, config, data);
  warn_of_floors(run.evaluation, data, run.warnings);

  Json plugins = Json::object();
  const auto add = [&](const plugin::Library& library) {
    plugins[library.key()] = hash_of_file(library.path.string());
  };
  add(*game.loss.library);
  add(*architecture.library);
  add(binder.catalog.get("dataset/" + config["dataset"]["plugin"].get<std::string>()));
  for (const auto& enforcer : game.enforcers) add(*enforcer.plugin.library);
  for (const auto& metric : run.evaluation.metrics) add(*metric.library);
  run.fingerprint = {{"worker", hash_of_file("/proc/self/exe")},
                     {"libtorch", libtorch()},
                     {"cpu", at::get_cpu_capability()},
                     {"device", model_of(binder.target)},
                     {"threads", at::get_num_threads()},
                     {"strategy", game.strategy.name()},
                     {"plugins", plugins},
                     {"data", data.hash}};
  if (run.evaluation.extractor.name != measure::pixels().name) {
    run.fingerprint["extractor"] = run.evaluation.extractor.hash;
  }
  return run;
}

}  // namespace monge::worker
