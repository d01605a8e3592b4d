#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <monge/error.h>
#include <torch/version.h>

#include <memory>

#include "conform/purity.h"
#include "kernels/gpu.h"
#include "measure/values.h"
#include "pack/ladder.h"
#include "pack/shape.h"
#include "record/hash.h"
#include "train/calling.h"
#include "worker/binding.h"
#include "worker/channel.h"
#include "worker/gpu.h"
#include "worker/loading.h"
#include "worker/modes.h"

namespace monge::worker {
namespace {

using Json = nlohmann::json;

Json system_facts() {
  Json devices = Json::array({"cpu"});
  const Gpu& gpu = open_gpu();
  for (int i = 0; i < gpu.devices; ++i)
    devices.push_back("cuda:" + std::to_string(i) + " (" + gpu.names[i] + ")");
  return {{"monge", MONGE_VERSION},     {"worker_sha256", hash_of_file("/proc/self/exe")},
          {"build", MONGE_BUILD},       {"libtorch", TORCH_VERSION},
          {"compiler", MONGE_COMPILER}, {"cpu", at::get_cpu_capability()},
          {"devices", devices},         {"driver", gpu.driver},
          {"gpu_fault", gpu.fault}};
}

Json describe_plugins(plugin::Catalog& catalog, const Json& request) {
  const Json& asked = request.at("plugins");
  const auto keys = asked.is_array() ? asked.get<std::vector<std::string>>() : catalog.keys();
  Json answer = {{"found", Json::array()},
                 {"broken", Json::array()},
                 {"known", Json::object()},
                 {"shadowed", Json::array()},
                 {"system", system_facts()}};
  for (const auto& kind : plugin::kinds()) answer["known"][kind] = catalog.known(kind);
  for (const auto& shadowed : catalog.shadowed()) {
    answer["shadowed"].push_back({{"key", shadowed.key}, {"path", shadowed.path.string()}});
  }
  for (const auto& key : keys) {
    const auto kind = key.substr(0, key.find('/'));
    const auto known = catalog.known(kind);
    if (std::find(known.begin(), known.end(), key.substr(key.find('/') + 1)) == known.end())
      continue;  // not found
    send({{"opening", key}});
    try {
      const auto& library = train::calling(key, [&]() -> const plugin::Library& { return catalog.get(key); });
      Json found = plugin::to_json(library);
      found["sha256"] = hash_of_file(library.path.string());
      answer["found"].push_back(found);
    } catch (const std::exception& error) {
      std::string text = error.what();
      if (const std::string prefix = "in " + key + ": "; text.starts_with(prefix))
        text = text.substr(prefix.size());
      answer["broken"].push_back({{"key", key}, {"text", text}});
    }
  }
  return answer;
}

Json facts_of(const train::Network& network) {
  return {{"parameters", network.size()}, {"flops", network.flops()}};
}

// Per generator step: a critic update runs the generator once and the critic forward and backward (twice the
// forward) on real and fake; a slope costs a forward, its backward to the input, and about twice both for the
// second derivative.
double step_flops(const train::Game& game) {
  const auto g = static_cast<double>(game.generator->flops()), d = static_cast<double>(game.critic->flops());
  double update = g + 2 * 3 * d;
  for (const auto& enforcer : game.enforcers)
    update += enforcer.reads_slope ? 6 * d : enforcer.reads_score ? 3 * d : 0;
  const double player = 3 * g + (game.reads.generator_real ? 5 : 2) * d;
  return static_cast<double>(game.settings.batch_size) *
         (static_cast<double>(game.settings.critic_steps) * update + player);
}

// The first to load a data set of a sweep, for minutes where images must be decoded.
void load_data(const Binder& binder, const Json& table) {
  const Loading signs_of_life("dataset/" + table.at("plugin").get<std::string>(), kLongestLoad);
  binder.data.get(binder.catalog, table);
}

// What only a metric knows to be a mistake is said now; at the first evaluation it would have cost hours.
void rehearse(const BoundRun& run) {
  for (const auto& metric : run.evaluation.metrics) {
    const Loading signs_of_life(metric.key(), std::chrono::minutes(5));
    measure::rehearse(run.game, run.evaluation, metric);
  }
}

// How runs of the cell are trained, and the name of their strategy either way.
Json strategy_of(const Binder& binder, const train::Game& game, const Json& config, const Json& asked) {
  const auto wanted = asked.value("pack", std::int64_t{0}), sharing = asked.value("sharing", std::int64_t{1});
  const bool on_gpu = binder.target.is_cuda();
  const auto impurity = [&] {
    const std::string& no_kernels = kernels::why_not(binder.target);
    return no_kernels.empty() ? conform::impurity(binder.catalog, config) : no_kernels;
  };
  const pack::Rung rung =
      pack::rung_of(game, impurity, model_of(binder.target),
                    wanted == 0 ? kernels::memory_of(binder.target) / sharing : 0, wanted);
  const auto name = [&](std::int64_t slots) { return train::choose_strategy(game, on_gpu, slots).name(); };
  return {{"slots", rung.slots},
          {"why", rung.why},
          {"alone", name(0)},
          {"packed", name(std::max<std::int64_t>(1, rung.slots))},
          {"shape", record::sha256(pack::shape_of(game).dump() + config.at("dataset").dump() +
                                   config.at("train").at("precision").dump() +
                                   Json(config.at("train").value("deterministic", true)).dump())}};
}

Json describe_cell(const Binder& binder, const Json& config, const Json& asked) {
  load_data(binder, config.at("dataset"));
  const BoundRun run = bind_run(binder, config, 0);
  const auto& game = run.game;
  for (const auto& [key, samples] : {std::pair{"samples", run.evaluation.samples},
                                     std::pair{"final_samples", run.evaluation.final_samples}}) {
    if (samples <= game.data->test.size(0)) continue;
    throw Error(Exit::experiment, std::string("evaluate.") + key + " is " + std::to_string(samples) +
                                      ", but the data set holds out only " +
                                      std::to_string(game.data->test.size(0)));
  }
  const std::int64_t last = run.evaluation.final_samples;
  if (last > 0 && last < run.evaluation.samples) {
    throw Error(Exit::experiment, "evaluate.final_samples is " + std::to_string(last) +
                                      ", less than evaluate.samples, " +
                                      std::to_string(run.evaluation.samples) +
                                      "; the evaluation after the last step is the larger one, or 0: none");
  }
  rehearse(run);
  const auto width = static_cast<std::int64_t>(at::elementSize(game.settings.precision));
  return {{"sample", game.problem.sample},
          {"generator", facts_of(*game.generator)},
          {"critic", facts_of(*game.critic)},
          {"step_flops", step_flops(game)},
          {"state_bytes", 3 * width * (game.generator->size() + game.critic->size())},
          {"warnings", run.warnings},
          {"strategy", strategy_of(binder, game, config, asked)},
          {"fingerprint", run.fingerprint}};
}

Json describe_cells(plugin::Catalog& catalog, DataCache& data, const Json& request) {
  Json answer = {{"cells", Json::array()}};
  const at::Device device = device_of(request.value("device", "cpu"));
  at::set_num_threads(request.value("threads", 1));  // part of the fingerprint
  for (const auto& config : request.at("cells")) {
    try {
      answer["cells"].push_back(describe_cell({catalog, data, at::kCPU, device}, config, request));
    } catch (const std::exception& error) {
      answer["cells"].push_back({{"error", error.what()}});
    }
  }
  return answer;
}

}  // namespace

int describe() {
  at::set_num_threads(1);
  std::unique_ptr<plugin::Catalog> catalog;
  DataCache data(at::kCPU);  // kept: cells come in several requests
  while (const auto request = receive()) {
    answer(*request, [&](const Json& asked) {
      if (asked.contains("search")) catalog = std::make_unique<plugin::Catalog>(search_of(asked));
      if (catalog == nullptr) throw Error(Exit::usage, "the first request must name the plugin folders");
      send(asked.contains("cells") ? describe_cells(*catalog, data, asked)
                                   : describe_plugins(*catalog, asked));
    });
  }
  return 0;
}

}  // namespace monge::worker
