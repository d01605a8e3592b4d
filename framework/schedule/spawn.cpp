#include "schedule/spawn.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "monge/error.h"

namespace monge::schedule {
namespace {

std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& added) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    bool replaced = false;
    for (const auto& [name, value] : added) replaced |= text.starts_with(name + "=");
    if (!replaced) all.emplace_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// In the new process, where until exec only calls that are safe after a fork may be made. The wish to die
// with the parent is uttered here and outlives exec: a program that loads LibTorch needs a while to its first
// line. Returns errno when something failed.
int become(const char* program, char* const* arguments, char* const* environment, const Streams& streams,
           pid_t parent, int report) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
  if (::getppid() != parent) ::_exit(0);  // it died before the line above
  ::setpgid(0, 0);
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const std::array<std::pair<int, int>, 4> moves = {{{streams.requests, STDIN_FILENO},
                                                     {streams.output, STDOUT_FILENO},
                                                     {streams.output, STDERR_FILENO},
                                                     {streams.events, 3}}};
  for (const auto& [from, to] : moves) {
    if (::dup2(from, to) < 0) return errno;
  }
  ::syscall(SYS_close_range, 4, report - 1, 0);
  ::syscall(SYS_close_range, report + 1, ~0U, 0);
  ::execvpe(program, arguments, environment);
  return errno;
}

}  // namespace

pid_t spawn(const Launch& launch, const Streams& streams) {
  std::vector<std::string> words{launch.program.string()};
  words.insert(words.end(), launch.arguments.begin(), launch.arguments.end());
  std::vector<std::string> environment = environment_with(launch.environment);
  const auto argument_list = pointers(words), environment_list = pointers(environment);
  auto [fault_read, fault_write] = pipe_ends();
  const pid_t parent = ::getpid();
  const pid_t pid = checked(::fork(), "cannot start a process");
  if (pid == 0) {
    const int fault = become(argument_list[0], argument_list.data(), environment_list.data(), streams, parent,
                             fault_write.get());
    const ssize_t written = ::write(fault_write.get(), &fault, sizeof fault);
    ::_exit(written < 0 ? 126 : 127);
  }
  fault_write = Descriptor();
  int fault = 0;
  ssize_t got = 0;  // nothing comes when exec closed the other end
  do got = ::read(fault_read.get(), &fault, sizeof fault);
  while (got < 0 && errno == EINTR);
  if (got == 0) return pid;
  ::waitpid(pid, nullptr, 0);
  throw Error(Exit::failed, words[0] + ": cannot be started: " + std::strerror(fault));
}

}  // namespace monge::schedule
