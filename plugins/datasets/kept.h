// What is costly to make is made once, by one process, and kept in MONGE_CACHE for all.
#pragma once

#include <fcntl.h>
#include <monge/cache.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "say.h"
#include "tensor_file.h"

namespace monge::plugins {

/// Held until its end, or the end of its process however that comes.
class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& path)
      : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (fd_ < 0) return;
    int result = 0;
    while ((result = ::flock(fd_, LOCK_EX)) != 0 && errno == EINTR) {
    }
    held_ = result == 0;
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock() {
    if (fd_ >= 0) ::close(fd_);
  }
  bool held() const { return held_; }

 private:
  int fd_;
  bool held_ = false;
};

/// The tensors of `name` in the cache's folder `datasets`, or those that `make()` gives, which are then kept.
/// A cache that cannot be used costs time and is said, but is no fault.
template <class Make>
Kept kept_or_made(const std::string& name, const std::string& key, Make&& make) {
  if (cache_folder().empty()) {
    say("there is no cache without a home; set MONGE_CACHE to a folder that can be written");
    return make();
  }
  const auto folder = cache_folder() / "datasets";
  const auto path = folder / name;
  const TensorFile file(path, key);
  using State = TensorFile::State;
  Kept kept;
  if (file.read(kept) == State::read) return kept;
  std::error_code fault;
  std::filesystem::create_directories(folder, fault);
  const FileLock lock(std::filesystem::path(path).concat(".lock"));
  if (!lock.held()) {
    say(folder.string() + " cannot be used as a cache; set MONGE_CACHE to a folder that can be written");
    return make();
  }
  const State state = file.read(kept);  // another process may have made it meanwhile
  if (state == State::read) return kept;
  if (state == State::damaged) say(path.string() + " is damaged and is made again");
  kept = make();
  try {
    file.write(kept);
  } catch (const std::system_error& error) {
    say(path.string() +
        " cannot be written, so the next process has the same work to do: " + error.code().message());
  }
  return kept;
}

}  // namespace monge::plugins
