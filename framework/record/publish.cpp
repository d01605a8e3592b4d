#include "record/publish.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <system_error>
#include <utility>

#include "monge/error.h"

namespace monge::record {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".part";

[[noreturn]] void fail() { throw std::system_error(errno, std::generic_category()); }

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (fd_ < 0) fail();
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  void sync() const {
    if (::fsync(fd_) != 0) fail();
  }
  void close() {  // file systems with quotas report a full disk here
    const int fd = std::exchange(fd_, -1);
    if (::close(fd) != 0) fail();
  }

 private:
  int fd_;
};

/// A new empty file of its own beside `path`, removed at the end unless it was renamed.
class Temporary {
 public:
  explicit Temporary(const fs::path& path) {
    static std::atomic<unsigned> counter{0};
    while (true) {
      std::string name = ".";
      name += path.filename().string() + "." + std::to_string(::getpid()) + "-" + std::to_string(counter++);
      name_ = path.parent_path() / name.append(suffix);
      const int fd = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (fd >= 0) {
        ::close(fd);
        return;
      }
      if (errno != EEXIST) fail();  // left by a killed process that had the same number
    }
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!name_.empty()) ::unlink(name_.c_str());
  }
  const fs::path& name() const { return name_; }
  void rename_to(const fs::path& path) {
    if (::rename(name_.c_str(), path.c_str()) != 0) fail();
    name_.clear();
  }

 private:
  fs::path name_;
};

std::string remedy(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return "; free some space, then give the same command again";
    case EFBIG:
      return "; raise the limit on file sizes (ulimit -f), then give the same command again";
    case EACCES:
    case EPERM:
    case EROFS:
      return "; make its folder writable or choose another one";
    case ENOENT:
    case ENOTDIR:
      return "; its folder has to exist";
    default:
      return "";
  }
}

}  // namespace

std::string cannot_be_written(const fs::path& path, int error_number) {
  return path.string() + ": cannot be written: " + std::generic_category().message(error_number) +
         remedy(error_number);
}

void publish(const fs::path& path, const Write& write) { publish_in_order({{path, write}}); }

void publish_in_order(const std::vector<std::pair<fs::path, Write>>& files) {
  if (files.empty()) return;
  const fs::path* at = &files.front().first;
  try {
    std::list<Temporary> temporaries;
    for (const auto& [path, write] : files) write(temporaries.emplace_back(*(at = &path)).name());
    auto temporary = temporaries.begin();
    for (const auto& [path, write] : files) {
      at = &path;
      Descriptor((temporary++)->name(), O_RDONLY).sync();
    }
    temporary = temporaries.begin();
    for (const auto& [path, write] : files) (temporary++)->rename_to(*(at = &path));
    const fs::path folder = at->parent_path();
    Descriptor(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY).sync();
  } catch (const std::system_error& error) {
    throw Error(Exit::storage, cannot_be_written(*at, error.code().value()));
  }
}

void write_bytes(const fs::path& path, std::string_view bytes) {
  Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  while (!bytes.empty()) {
    const ssize_t size = ::write(file.get(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) fail();
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  file.close();
}

void publish_text(const fs::path& path, std::string_view text) {
  publish(path, [&](const fs::path& temporary) { write_bytes(temporary, text); });
}

void remove_leftovers(const fs::path& folder) {
  std::error_code error;
  std::error_code ignored;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.') && name.ends_with(suffix)) fs::remove(entry->path(), ignored);
  }
}

}  // namespace monge::record
