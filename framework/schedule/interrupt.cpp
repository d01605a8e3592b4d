#include "schedule/interrupt.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>

namespace monge::schedule {
namespace {

// A wrapper such as timeout(1) sends a signal to its child and then to the child's group: one wish, that
// comes twice.
constexpr auto kEcho = std::chrono::milliseconds(300);

bool is_ignored(int number) {
  struct sigaction action;
  return sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

void watch(int all, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  checked(::epoll_ctl(all, EPOLL_CTL_ADD, fd, &event), "cannot watch for interrupts");
}

}  // namespace

Interrupt::Interrupt(Signals signals)
    : raised_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "cannot watch for interrupts")),
      either_(checked(::epoll_create1(EPOLL_CLOEXEC), "cannot watch for interrupts")) {
  watch(either_.get(), raised_.get());
  sigset_t wanted;
  sigemptyset(&wanted);
  if (signals == Signals::take) {
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
      if (!is_ignored(number)) sigaddset(&wanted, number);
    }
  }
  signals_ = Descriptor(checked(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK), "cannot take signals"));
  watch(either_.get(), signals_.get());
  pthread_sigmask(SIG_BLOCK, &wanted, &before_);
}

Interrupt::~Interrupt() {
  count();  // what came too late to matter must not end the program when the mask falls
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interrupt::raise() {
  const std::uint64_t one = 1;
  while (::write(raised_.get(), &one, sizeof one) < 0 && errno == EINTR) {
  }
}

int Interrupt::count() {
  std::uint64_t more = 0;
  if (::read(raised_.get(), &more, sizeof more) == sizeof more) count_ += static_cast<int>(more);
  signalfd_siginfo info;
  bool sent = false;
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) sent = true;
  if (!sent) return count_;
  const auto now = std::chrono::steady_clock::now();
  if (!signalled_ || now > *signalled_ + kEcho) ++count_;
  signalled_ = now;
  return count_;
}

}  // namespace monge::schedule
