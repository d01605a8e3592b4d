// runner-worker: the process that knows LibTorch and plugins. Started by `runner`, spoken to in JSON lines.
#include <malloc.h>
#include <sched.h>
#include <unistd.h>

#include <boost/program_options.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <vector>

#include "monge/error.h"
#include "worker/channel.h"
#include "worker/modes.h"
#include "worker/stop.h"

namespace {

namespace po = boost::program_options;

// Training frees and takes the same large blocks every step; glibc would give them back to the kernel and
// fault them in again. All three together: the trim threshold alone would freeze the mmap threshold at 128
// KiB.
void keep_memory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 2047 << 20);
  mallopt(M_TOP_PAD, 64 << 20);
}

// A plugin may change this process's folder; what is relative must not follow.
void fix_cache() {
  const char* cache = std::getenv("MONGE_CACHE");
  if (cache != nullptr && *cache != '\0') setenv("MONGE_CACHE", std::filesystem::absolute(cache).c_str(), 1);
}

void pin(const std::vector<int>& list) {
  if (list.empty()) return;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  for (const int core : list) CPU_SET(core, &cores);
  sched_setaffinity(0, sizeof cores, &cores);  // refused where none is ours: then the kernel chooses
}

int run(int argc, char** argv) {
  po::options_description options(
      "runner-worker describe|check|features|verify|sample|serve: started by runner, not by hand");
  options.add_options()("mode", po::value<std::string>()->required(),
                        "describe, check, features, verify, sample or serve")(
      "device", po::value<std::string>()->default_value("cpu"), "cpu or cuda:N")(
      "core", po::value<std::vector<int>>()->default_value({}, "any"), "a core to stay on; may be repeated")(
      "threads", po::value<int>()->default_value(1), "threads of one operation");
  po::positional_options_description mode;
  mode.add("mode", 1);
  po::variables_map given;
  po::store(po::command_line_parser(argc, argv).options(options).positional(mode).run(), given);
  po::notify(given);
  monge::worker::install_signal_handlers();
  pin(given["core"].as<std::vector<int>>());
  const auto& mode_name = given["mode"].as<std::string>();
  if (mode_name == "describe") return monge::worker::describe();
  if (mode_name == "check") return monge::worker::check();
  if (mode_name == "sample") return monge::worker::sample();
  if (mode_name == "verify") return monge::worker::verify();
  if (mode_name == "features") return monge::worker::features();
  if (mode_name != "serve")
    throw monge::Error(
        monge::Exit::usage,
        "no mode '" + mode_name + "'; there are describe, check, features, verify, sample and serve");
  return monge::worker::serve(given["device"].as<std::string>(), given["threads"].as<int>());
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory();
  fix_cache();
  int code = 0;
  try {
    code = run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "runner-worker: " << error.what() << '\n';
    code = static_cast<int>(monge::Exit::usage);
  }
  std::fflush(nullptr);
  _exit(code);  // destructors of libraries that are never closed have nothing to say
}
