// An open file descriptor, closed by its owner; and a memory file that catches what a process prints.
#pragma once

#include <array>
#include <string>
#include <utility>

namespace monge::schedule {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { close(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void close();

 private:
  int fd_ = -1;
};

/// `fd` itself when it is not negative, otherwise Error(Exit::failed) "<what>: <errno's words>".
int checked(int fd, const char* what);

/// The same file by a number from 10 on, away from those that a new process finds (schedule/spawn): no dup2
/// there overwrites a descriptor that a later one needs. The old number is closed, also where this throws
/// Error(Exit::failed) "<what>: ...".
Descriptor moved_up(int fd, const char* what);

using Ends = std::pair<Descriptor, Descriptor>;
Ends moved_up(const std::array<int, 2>& ends, const char* what);
/// Of a new pipe: to read from, to write to.
Ends pipe_ends();

/// Give `fd()` to Launch::output and read here what the process has printed.
class Capture {
 public:
  Capture();
  int fd() const { return file_.get(); }
  std::string text(std::size_t limit = std::size_t{1} << 20) const;  // the first `limit` bytes
  std::string tail(std::size_t lines) const;                         // the last lines, at most 8 KiB

 private:
  Descriptor file_;
};

/// The last `lines` lines of a file, at most 8 KiB of it; "" when it cannot be read.
std::string tail_of(int fd, std::size_t lines);
std::string tail_of(const std::string& path, std::size_t lines);

}  // namespace monge::schedule
