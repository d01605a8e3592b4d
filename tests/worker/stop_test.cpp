#include "worker/stop.h"

#include <ATen/Parallel.h>
#include <ATen/ops/randn.h>
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>

#include "train/calling.h"
#include "train/gemm.h"

namespace stop_test {

using namespace monge;

namespace {

// Of a process that multiplies while it is asked 2,000 times to stop.
int multiply_and_be_stopped() {
  at::set_num_threads(1);
  worker::install_signal_handlers();
  const auto a = at::randn({256, 512}), b = at::randn({512, 512});
  std::atomic<bool> told = false;
  std::thread other([&] {
    for (int i = 0; i < 2'000; ++i) {
      ::kill(::getpid(), SIGTERM);
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    told = true;
  });
  while (!told) train::product(a, b);
  other.join();
  return worker::stop_requested() ? 0 : 1;
}

template <class Work>
int status_of(Work work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(work());
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("stop: a SIGTERM amid a product is seen and spoils nothing") {
  CHECK(status_of(multiply_and_be_stopped) == 0);
}

TEST_CASE("stop: a worker that waits for its next request is told at once") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  CHECK(status_of([&] {
          worker::install_signal_handlers();
          if (::write(ends[1], "x", 1) != 1 || !worker::wait_for_input(ends[0])) return 1;
          char byte = 0;
          if (::read(ends[0], &byte, 1) != 1 || worker::stop_requested()) return 2;
          ::kill(::getpid(), SIGTERM);
          return !worker::wait_for_input(ends[0]) && worker::stop_requested() ? 0 : 3;
        }) == 0);
}

TEST_CASE("stop: a plugin that calls exit() is named before the process ends") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  CHECK(WEXITSTATUS(status_of([&] {
          worker::install_signal_handlers();
          ::dup2(ends[1], 3);
          worker::at_step(7);
          return train::calling("loss/mine", []() -> int { std::exit(5); });
        })) == 5);
  char words[256];
  const auto count = ::read(ends[0], words, sizeof words);
  CHECK(std::string(words, static_cast<std::size_t>(std::max<ssize_t>(count, 0))) ==
        R"({"event":"crash","signal":0,"step":7,"where":"loss/mine"})"
        "\n");
}

}  // namespace stop_test
