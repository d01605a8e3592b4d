#include "schedule/interrupt.h"

#include <doctest/doctest.h>
#include <poll.h>

#include <chrono>
#include <thread>

namespace interrupt_test {

using monge::schedule::Interrupt;

namespace {

bool readable(const Interrupt& interrupt) {
  pollfd fd{interrupt.fd(), POLLIN, 0};
  return ::poll(&fd, 1, 0) == 1;
}

}  // namespace

TEST_CASE("interrupt: each raise counts, and is announced until it is counted") {
  Interrupt interrupt;
  CHECK(interrupt.count() == 0);
  CHECK_FALSE(readable(interrupt));
  interrupt.raise();
  CHECK(readable(interrupt));
  CHECK(interrupt.count() == 1);
  CHECK_FALSE(readable(interrupt));
  interrupt.raise();
  interrupt.raise();
  CHECK(interrupt.count() == 3);
}

TEST_CASE("interrupt: signals are taken while it lives") {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    Interrupt interrupt(Interrupt::Signals::take);
    ::raise(number);
    CHECK(readable(interrupt));
    CHECK(interrupt.count() == 1);
  }
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  CHECK(sigismember(&blocked, SIGINT) == 0);
}

TEST_CASE("interrupt: signals that come together are one wish, as timeout(1) sends them") {
  Interrupt interrupt(Interrupt::Signals::take);
  ::raise(SIGTERM);
  CHECK(interrupt.count() == 1);
  ::raise(SIGTERM);
  ::raise(SIGINT);
  CHECK(interrupt.count() == 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(350));
  ::raise(SIGINT);
  CHECK(interrupt.count() == 2);
}

TEST_CASE("interrupt: a signal that the caller ignores is ignored") {
  ::signal(SIGHUP, SIG_IGN);
  {
    Interrupt interrupt(Interrupt::Signals::take);
    ::raise(SIGHUP);
    CHECK(interrupt.count() == 0);
  }
  ::signal(SIGHUP, SIG_DFL);
}

}  // namespace interrupt_test
