#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <fcntl.h>
#include <monge/error.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

#include "worker/arithmetic.h"
#include "worker/channel.h"
#include "worker/lane.h"
#include "worker/modes.h"
#include "worker/run.h"
#include "worker/stop.h"

namespace monge::worker {
namespace {

using Json = nlohmann::json;

// Whatever a plugin prints belongs to its run; of a pack nobody knows to which, so the first run's log has it
// all.
void redirect_output(const std::vector<std::filesystem::path>& folders) {
  const std::filesystem::path log = folders.front() / "log.txt";
  for (std::size_t i = 1; i < folders.size(); ++i)
    std::ofstream(folders[i] / "log.txt", std::ios::app)
        << "in a pack; its words are in " << log.string() << '\n';
  int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) file = open("/dev/null", O_WRONLY | O_CLOEXEC);  // a run without a log is better than no run
  if (file < 0) return;
  std::fflush(nullptr);
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
  close(file);
}

std::vector<std::filesystem::path> folders_of(const Json& runs) {
  std::vector<std::filesystem::path> folders;
  for (const Json& run : runs) folders.emplace_back(run.at("folder").get<std::string>());
  return folders;
}

/// Plugins and data of one search path, kept from run to run.
struct Shelf {
  std::vector<std::filesystem::path> search;
  std::unique_ptr<plugin::Catalog> catalog;
  std::unique_ptr<DataCache> data;

  void prepare(const Json& request, at::Device device) {
    const auto folders = search_of(request);
    if (catalog != nullptr && search == folders) return;
    search = folders;
    catalog = std::make_unique<plugin::Catalog>(folders);
    data = std::make_unique<DataCache>(device);
  }
};

}  // namespace

int serve(const std::string& device_name, int threads) {
  at::set_num_threads(threads);
  at::globalContext().setFlushDenormal(true);  // saturated critics and decaying moments make denormals
  const at::Device device = device_of(device_name);
  take_lane(device);
  Shelf shelf;
  send({{"event", "ready"}});
  while (const auto message = receive()) {
    const bool packed = message->contains("pack");
    const Json& request = message->at(packed ? "pack" : "run");
    redirect_output(folders_of(packed ? request.at("runs") : Json::array({request})));
    shelf.prepare(request, device);
    const Json& first = packed ? request.at("runs").at(0) : request;  // of a pack all are alike in this
    set_arithmetic(first.at("config").at("train"), device.is_cuda());
    const Binder binder{*shelf.catalog, *shelf.data, device};
    if (!(packed ? run_pack(binder, request) : run(binder, request)) || stop_requested()) break;
  }
  return 0;
}

}  // namespace monge::worker
