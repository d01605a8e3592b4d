#include <ATen/Parallel.h>
#include <monge/error.h>

#include <chrono>

#include "worker/channel.h"
#include "worker/classifier_file.h"
#include "worker/data.h"
#include "worker/loading.h"
#include "worker/modes.h"

namespace monge::worker {
namespace {

using Json = nlohmann::json;

// Part of the rounding, and so of the weights: whatever the machine has.
constexpr int kThreads = 2;

const LoadedData& loaded(DataCache& cache, plugin::Catalog& catalog, const std::string& dataset) {
  const Loading signs_of_life("dataset/" + dataset, kLongestLoad);
  return cache.get(catalog, {{"plugin", dataset}});
}

void train(const Json& request) {
  const auto begin = std::chrono::steady_clock::now();
  const std::string dataset = request.at("dataset");
  const auto path = classifier_path(dataset);
  try_to_write(path);  // before minutes of training
  plugin::Catalog catalog(search_of(request));
  DataCache cache(at::kCPU);
  const LoadedData& data = loaded(cache, catalog, dataset);
  if (data.classes < 2) {
    throw Error(Exit::experiment, "data set '" + dataset +
                                      "' has no labels to learn; choose one that has, such as "
                                      "fashion_mnist");
  }
  const auto classifier = measure::trained_classifier(
      data.samples, data.classes, [&](std::int64_t epoch, std::int64_t epochs, double loss) {
        send({{"event", "epoch"}, {"epoch", epoch}, {"epochs", epochs}, {"loss", loss}});
      });
  const double share = measure::accuracy(classifier, data.samples);
  write_classifier(path, classifier, {dataset, data.hash, share});
  send({{"event", "trained"},
        {"path", path.string()},
        {"hash", hash_of(classifier)},
        {"accuracy", share},
        {"samples", data.samples.test.size(0)},
        {"classes", data.classes},
        {"seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()}});
}

}  // namespace

int features() {
  at::set_num_threads(kThreads);
  return answer_once([](const Json& request) { train(request); });
}

}  // namespace monge::worker
