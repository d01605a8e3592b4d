#include "schedule/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>

#include "monge/error.h"
#include "schedule/spawn.h"

namespace monge::schedule {
namespace {

Ends request_stream() {
  // A stream socket and not a pipe: writing to a dead child is then an error code instead of a SIGPIPE.
  std::array<int, 2> ends{};
  checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "cannot make a socket");
  return moved_up(ends, "cannot make a socket");
}

Ends event_stream() {
  Ends ends = pipe_ends();
  checked(::fcntl(ends.first.get(), F_SETFL, O_NONBLOCK), "cannot make a pipe");
  return ends;
}

}  // namespace

std::string signal_text(int number) {
  const char* name = sigabbrev_np(number);
  const char* words = sigdescr_np(number);
  if (name == nullptr || words == nullptr) return "signal " + std::to_string(number);
  std::string lower = words;
  if (!lower.empty() && lower.size() > 1 && std::islower(static_cast<unsigned char>(lower[1]))) {
    lower[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(lower[0])));
  }
  return "SIG" + std::string(name) + " (" + lower + ")";
}

std::string Death::text() const {
  if (signal == SIGKILL) return "killed by SIGKILL (out of memory?)";
  if (signal == SIGTERM || signal == SIGINT || signal == SIGHUP) return "killed by " + signal_text(signal);
  if (signal != 0) return "crashed with " + signal_text(signal);
  if (code < 0) return "ended unseen (is SIGCHLD ignored?)";
  constexpr int kNotLoaded = 127;
  return "exited with code " + std::to_string(code) +
         (code == kNotLoaded ? " (a library that it needs is gone? ./setup.sh brings LibTorch back, "
                               "LD_LIBRARY_PATH names another folder)"
                             : "");
}

Child::Child(const Launch& launch) : longest_line_(launch.longest_line) {
  auto [request_read, request_write] = request_stream();
  auto [event_read, event_write] = event_stream();
  const Descriptor nothing = moved_up(::open("/dev/null", O_RDWR | O_CLOEXEC), "cannot open /dev/null");
  const Descriptor output =
      launch.output < 0 ? Descriptor() : moved_up(::dup(launch.output), "cannot hand on a descriptor");

  const int to = output ? output.get() : nothing.get();
  pid_.value = spawn(launch, {request_read.get(), to, event_write.get()});
  requests_ = std::move(request_write);
  events_ = std::move(event_read);
  death_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_.value, 0)));
  if (!death_) {
    const int number = errno;
    kill();
    wait();
    throw Error(Exit::failed, std::string("cannot watch a process (pidfd_open): ") + std::strerror(number));
  }
}

Child::~Child() {
  if (pid_ == 0 || dead_) return;
  kill();
  reap(0);
}

void Child::send(std::string_view line) {
  queue_.append(line);
  queue_.push_back('\n');
  flush();
}

void Child::flush() {
  while (wants_write()) {
    const ssize_t n =
        ::send(requests_.get(), queue_.data() + sent_, queue_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (n < 0) return close_requests();  // the child is gone: its death is told by ended()
    sent_ += static_cast<std::size_t>(n);
  }
  queue_.clear();
  sent_ = 0;
}

void Child::close_requests() {
  requests_.close();
  queue_.clear();
  sent_ = 0;
}

Child::Stream Child::read(std::vector<std::string>& lines) {
  std::array<char, 65536> block;
  while (true) {
    const ssize_t n = ::read(events_.get(), block.data(), block.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Stream::open;
    if (n <= 0) return Stream::closed;
    std::string_view rest(block.data(), static_cast<std::size_t>(n));
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      partial_.append(rest.substr(0, end));
      if (partial_.size() > longest_line_) return Stream::flooded;
      lines.push_back(std::exchange(partial_, {}));
      rest.remove_prefix(end + 1);
    }
    partial_.append(rest);
    if (partial_.size() > longest_line_) return Stream::flooded;
  }
}

void Child::signal(int number) {
  if (pid_ != 0 && !dead_) ::kill(pid_, number);
}

void Child::kill() {
  if (pid_ != 0 && !dead_) ::kill(-pid_.value, SIGKILL);
}

std::optional<Death> Child::ended() { return reap(WNOHANG); }

Death Child::wait() { return *reap(0); }

std::optional<Death> Child::reap(int flags) {
  if (dead_) return dead_;
  siginfo_t info{};
  int result = 0;
  // Without being reaped the process still owns its number, so the group can be cleared safely.
  while ((result = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT | flags)) < 0 &&
         errno == EINTR) {
  }
  if (result < 0) return dead_ = Death{-1, 0};  // it was reaped by others: its number may be a stranger's
  if (info.si_pid == 0) return std::nullopt;
  ::kill(-pid_.value, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  dead_ = WIFSIGNALED(status) ? Death{0, WTERMSIG(status)} : Death{WEXITSTATUS(status), 0};
  return dead_;
}

}  // namespace monge::schedule
