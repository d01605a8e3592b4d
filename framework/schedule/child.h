// A process of ours on the other end of two streams of lines: requests to its fd 0, events from its fd 3.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schedule/descriptor.h"

namespace monge::schedule {

/// How a process ended: by itself with `code` (-1: nobody was told), or by `signal` (0 when it was none).
struct Death {
  int code = 0;
  int signal = 0;
  /// "crashed with SIGSEGV (segmentation fault)", "killed by SIGKILL (out of memory?)", "exited with code 1".
  std::string text() const;
};

/// "SIGSEGV (segmentation fault)".
std::string signal_text(int number);

struct Launch {
  std::filesystem::path program;  // searched in PATH when it has no slash
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;  // added to ours, replacing what is there
  int output = -1;                                               // its fd 1 and 2; -1: /dev/null
  std::size_t longest_line = std::size_t{1} << 20;               // in bytes, of its events
};

/// Owns the process: a Child that is destroyed takes its whole process group with it (SIGKILL) and leaves no
/// zombie. The child gets its own process group, default signal handling and no descriptor of ours but the
/// four. Needs no SIGPIPE handling by the caller.
class Child {
 public:
  enum class Stream { open, closed, flooded };  // flooded: a line grew longer than allowed

  /// Throws Error(Exit::failed) when the program cannot be started.
  explicit Child(const Launch& launch);
  ~Child();
  Child(Child&&) = default;
  Child& operator=(Child&&) = delete;

  pid_t pid() const { return pid_; }
  int events_fd() const { return events_.get(); }      // readable: call read()
  int requests_fd() const { return requests_.get(); }  // writable and wants_write(): call flush()
  int death_fd() const { return death_.get(); }        // readable once the process has ended
  bool wants_write() const { return requests_ && sent_ < queue_.size(); }

  /// Queues one line (without its newline) and writes what the child takes without waiting.
  void send(std::string_view line);
  void flush();
  void close_requests();

  /// Appends the complete lines that have arrived; never waits. A last line without newline is dropped.
  Stream read(std::vector<std::string>& lines);

  /// Nothing happens when the process has ended.
  void signal(int number);
  /// SIGKILL to the whole process group.
  void kill();
  /// Never waits; kills what the process leaves behind in its group once it has ended.
  std::optional<Death> ended();
  /// Waits for the end.
  Death wait();

 private:
  std::optional<Death> reap(int flags);

  struct Pid {  // moved-from children own nothing
    pid_t value = 0;
    Pid() = default;
    Pid(Pid&& other) noexcept : value(std::exchange(other.value, 0)) {}
    operator pid_t() const { return value; }
  } pid_;
  std::size_t longest_line_;
  Descriptor requests_, events_, death_;
  std::string queue_, partial_;
  std::size_t sent_ = 0;
  std::optional<Death> dead_;
};

}  // namespace monge::schedule
