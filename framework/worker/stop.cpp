#include "worker/stop.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "train/calling.h"
#include "worker/channel.h"

namespace monge::worker {
namespace {

// A signal handler can reach nothing but globals.
std::atomic<std::int64_t> current_step{0};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
alignas(16) char handler_stack[64 * 1024];  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

/// A line put together without allocating, as a signal handler must.
class Line {
 public:
  void text(const char* words) {
    while (*words != '\0' && size_ < sizeof bytes_) bytes_[size_++] = *words++;
  }
  void number(std::int64_t value) {
    char digits[20];
    int count = 0;
    do {
      digits[count++] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value > 0);
    while (count > 0 && size_ < sizeof bytes_) bytes_[size_++] = digits[--count];
  }
  void send() const { [[maybe_unused]] const auto sent = write(kEvents, bytes_, size_); }

 private:
  char bytes_[512];
  std::size_t size_ = 0;
};

void send_crash(int signal) {
  Line line;
  line.text("{\"event\":\"crash\",\"signal\":");
  line.number(signal);
  line.text(",\"step\":");
  line.number(current_step.load());
  line.text(",\"where\":\"");
  if (const char* where = train::calling_plugin) line.text(where);
  line.text("\"}\n");
  line.send();
}

// A plugin that calls exit() is named like one that crashes; this process itself ends by _exit().
void on_exit() {
  if (train::calling_plugin != nullptr) send_crash(0);
}

void on_crash(int signal) {
  send_crash(signal);
  raise(signal);  // SA_RESETHAND: now the default action, so that the parent sees the signal
}

void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, nullptr);
}

// SIGTERM has no handler, for which the kernel would borrow a thread's stack: products of oneDNN 2.6 keep
// values below theirs, farther than the 128 bytes that a signal spares, and free what is no address.
sigset_t only_sigterm() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

bool stop_requested() {
  sigset_t pending;
  return sigpending(&pending) == 0 && sigismember(&pending, SIGTERM) == 1;
}

bool wait_for_input(int descriptor) {
  static const sigset_t set = only_sigterm();
  static const int term = signalfd(-1, &set, SFD_CLOEXEC);  // -1, which poll() passes over, if there is none
  std::array<pollfd, 2> either = {{{descriptor, POLLIN, 0}, {term, POLLIN, 0}}};
  while (poll(either.data(), either.size(), -1) < 0 && errno == EINTR) {
  }
  return either[1].revents == 0;
}

void at_step(std::int64_t step) { current_step = step; }

void install_signal_handlers() {
  std::atexit(on_exit);
  stack_t stack{};
  stack.ss_sp = handler_stack;
  stack.ss_size = sizeof handler_stack;
  sigaltstack(&stack, nullptr);
  const sigset_t set = only_sigterm();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  handle(SIGINT, SIG_IGN, 0);
  handle(SIGPIPE, SIG_IGN, 0);
  handle(SIGXFSZ, SIG_IGN, 0);
  for (const int fatal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    handle(fatal, on_crash, SA_RESETHAND | SA_NODEFER | SA_ONSTACK);
  }
}

}  // namespace monge::worker
