#include "schedule/descriptor.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "monge/error.h"

namespace monge::schedule {
namespace {

Descriptor moved_up(const Descriptor& low, const char* what) {
  return Descriptor(checked(::fcntl(low.get(), F_DUPFD_CLOEXEC, 10), what));
}

std::string read_at(int fd, off_t from, std::size_t limit) {
  std::string text(limit, '\0');
  std::size_t got = 0;
  while (got < limit) {
    const ssize_t n = ::pread(fd, text.data() + got, limit - got, from + static_cast<off_t>(got));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    got += static_cast<std::size_t>(n);
  }
  text.resize(got);
  return text;
}

off_t size_of(int fd) {
  struct stat info;
  return ::fstat(fd, &info) == 0 ? info.st_size : 0;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void Descriptor::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

int checked(int fd, const char* what) {
  const bool many = errno == EMFILE || errno == ENFILE;
  if (fd < 0)
    throw Error(Exit::failed,
                std::string(what) + ": " + std::strerror(errno) +
                    (many ? "; raise the limit of open files (ulimit -n) or give fewer --jobs" : ""));
  return fd;
}

Descriptor moved_up(int fd, const char* what) { return moved_up(Descriptor(checked(fd, what)), what); }

Ends moved_up(const std::array<int, 2>& ends, const char* what) {
  const Descriptor first(ends[0]), second(ends[1]);  // owned before anything can throw
  return {moved_up(first, what), moved_up(second, what)};
}

Ends pipe_ends() {
  std::array<int, 2> ends{};
  checked(::pipe2(ends.data(), O_CLOEXEC), "cannot make a pipe");
  return moved_up(ends, "cannot make a pipe");
}

Capture::Capture()
    : file_(checked(::memfd_create("monge-output", MFD_CLOEXEC), "cannot make a memory file")) {}

std::string Capture::text(std::size_t limit) const {
  const auto size = static_cast<std::size_t>(size_of(fd()));
  return read_at(fd(), 0, std::min(limit, size));
}

std::string Capture::tail(std::size_t lines) const { return tail_of(fd(), lines); }

std::string tail_of(int fd, std::size_t lines) {
  constexpr off_t kMost = 8192;
  const off_t size = size_of(fd);
  const off_t from = std::max<off_t>(0, size - kMost);
  std::string text = read_at(fd, from, static_cast<std::size_t>(size - from));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  std::size_t at = text.size();
  for (std::size_t i = 0; i < lines && at != std::string::npos; ++i) {
    at = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  }
  return at == std::string::npos ? text : text.substr(at + 1);
}

std::string tail_of(const std::string& path, std::size_t lines) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  return file ? tail_of(file.get(), lines) : "";
}

}  // namespace monge::schedule
