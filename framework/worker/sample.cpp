// `runner-worker sample`: pictures of what a finished run's generator makes.
#include <ATen/Parallel.h>
#include <monge/error.h>

#include <algorithm>
#include <filesystem>

#include "measure/latents.h"
#include "measure/samples.h"
#include "picture/plane.h"
#include "record/access.h"
#include "record/changes.h"
#include "record/group_file.h"
#include "record/publish.h"
#include "worker/binding.h"
#include "worker/channel.h"
#include "worker/modes.h"
#include "worker/points.h"
#include "worker/snapshot.h"

namespace monge::worker {
namespace {

using Json = nlohmann::json;

// [n, latent]: draws of the seed, or the way from one of them to another.
Tensor latents(const train::Game& game, const Json& request) {
  const std::int64_t n = request.at("n"), latent = game.settings.latent;
  const auto ends = request.value("interpolate", std::vector<std::int64_t>());
  const std::int64_t drawn = ends.empty() ? n : 1 + std::max(ends.at(0), ends.at(1));
  train::Draws draws(request.at("seed").get<std::uint64_t>(), train::Purpose::sample_latent, 1, game.options);
  const auto z = request.contains("truncate")
                     ? measure::truncated_normal(draws, drawn, latent, request["truncate"])
                     : draws.normal({drawn, latent});
  return ends.empty() ? z : measure::between(z[ends.at(0)], z[ends.at(1)], n);
}

// "classes 0 to 9", or which.
std::string classes_text(const Tensor& classes) {
  const auto first = classes[0].item<std::int64_t>(), last = classes[-1].item<std::int64_t>();
  if (last - first + 1 == classes.size(0) && last > first)
    return "classes " + std::to_string(first) + " to " + std::to_string(last);
  std::string text;
  for (std::int64_t i = 0; i < classes.size(0); ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(classes[i].item<std::int64_t>());
  return (classes.size(0) == 1 ? "class " : "classes ") + text;
}

Tensor labels(const train::Game& game, const Json& request, std::int64_t n) {
  const Json asked = request.value("class", Json());
  if (!game.generator->conditional()) {
    if (asked.is_null()) return {};
    throw Error(Exit::usage, "--class: this run's generator is not conditional; leave it out");
  }
  const Tensor classes = measure::classes_of(game);
  const auto place = at::arange(n, classes.options()).remainder(classes.size(0));
  if (asked.is_null()) return classes.index_select(0, place);  // in turn
  const std::int64_t one = asked;
  if (!classes.eq(one).any().item<bool>()) {
    throw Error(Exit::usage, "--class " + std::to_string(one) + ": the data has " + classes_text(classes));
  }
  return at::full({n}, one, classes.options());
}

picture::Picture picture_of(const Tensor& image) {
  picture::Picture picture(image.size(0), image.size(1), image.size(2));
  const auto bytes = image.contiguous();
  std::copy_n(bytes.const_data_ptr<std::uint8_t>(), bytes.numel(), picture.bytes.begin());
  return picture;
}

// Points of the plane, the real ones behind them in pale grey.
picture::Picture drawn(const Tensor& samples, const Tensor& real) {
  constexpr std::int64_t kSide = 512;
  const std::vector<float> behind = plane_points(real, kRealPoints);
  const double reach = reach_of(behind);
  picture::Plane plane({-reach, reach, -reach, reach}, kSide);
  plane.points(behind, {200, 200, 200});
  plane.points(plane_points(samples, samples.size(0)), {31, 119, 180});
  return plane.picture();
}

// Says first which file it is: what is damaged may end this process.
record::Group opened(const std::filesystem::path& path) {
  send({{"opening", path.string()}});
  return record::read(path);
}

void restore_from(const std::filesystem::path& path, const BoundRun& bound, train::Progress& progress) {
  const auto state = opened(path);
  try {
    restore(state, bound.game, progress);
  } catch (const Error& error) {
    const auto trained_by = Json::parse(record::text_of(state, "fingerprint"), nullptr, false);
    const std::string changed = record::changes(trained_by, bound.fingerprint);
    throw Error(error.exit(), path.string() + ": " + error.what() +
                                  (changed.empty() ? "" : "; since it was trained, " + changed + " changed"));
  }
}

Json sample(const Json& request) {
  const std::filesystem::path folder = request.at("folder").get<std::string>();
  const auto run = opened(folder / "run.h5");
  const Json config = Json::parse(record::text_of(run, "config"));
  plugin::Catalog catalog(search_of(request));
  DataCache data(at::kCPU);
  const BoundRun bound = bind_run({catalog, data, at::kCPU}, config,
                                  static_cast<std::uint64_t>(record::number_of(run.attributes, "seed")));
  if (bound.game.fixed_generator()) {
    throw Error(Exit::experiment, "the data of this run have a fixed generator: no network makes samples");
  }
  train::Progress progress(bound.game);
  restore_from(folder / "state.h5", bound, progress);

  const auto z = latents(bound.game, request);
  const auto samples =
      measure::generate(bound.game, progress.generator_copy(bound.game, bound.evaluation.averaged), z,
                        labels(bound.game, request, z.size(0)));
  const bool image = bound.game.problem.sample.size() == 3;
  const auto picture = image ? picture_of(measure::image_grid(samples, bound.game.problem.range))
                             : drawn(samples, bound.game.data->test);
  record::publish_text(request.at("file").get<std::string>(), picture::png(picture));
  return {{"file", request.at("file")},
          {"step", progress.step},
          {"samples", z.size(0)},
          {"height", picture.height},
          {"width", picture.width}};
}

}  // namespace

int sample() {
  at::set_num_threads(1);
  return answer_once([](const Json& request) { send(sample(request)); });
}

}  // namespace monge::worker
