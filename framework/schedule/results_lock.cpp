#include "schedule/results_lock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <nlohmann/json.hpp>

#include "monge/error.h"
#include "record/publish.h"

namespace monge::schedule {
namespace {

using Json = nlohmann::json;

// "14:02" today, "2025-02-11 14:02" on another day, in local time.
std::string clock_text(std::time_t since) {
  const std::time_t now = std::time(nullptr);
  std::tm then{}, today{};
  ::localtime_r(&since, &then);
  ::localtime_r(&now, &today);
  const bool same_day = then.tm_year == today.tm_year && then.tm_yday == today.tm_yday;
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), same_day ? "%H:%M" : "%Y-%m-%d %H:%M", &then);
  return text.data();
}

std::string holder(int fd) {
  std::array<char, 1024> text{};
  const ssize_t n = ::pread(fd, text.data(), text.size() - 1, 0);
  const Json who = Json::parse(std::string(text.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0))),
                               nullptr, false);
  // Whoever holds it may not have written yet, or the file may be anybody's.
  if (!who.is_object() || !who.contains("pid") || !who["pid"].is_number_integer() || !who.contains("host") ||
      !who["host"].is_string() || !who.contains("start") || !who["start"].is_number_integer()) {
    return "another process";
  }
  return "pid " + std::to_string(who["pid"].get<std::int64_t>()) + " on " + who["host"].get<std::string>() +
         " since " + clock_text(static_cast<std::time_t>(who["start"].get<std::int64_t>()));
}

std::string in_use_by(const std::filesystem::path& results, int fd) {
  return results.string() + ": in use by " + holder(fd);
}

struct flock whole_file() {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return whole;
}

[[noreturn]] void cannot_write(const std::filesystem::path& file) {
  throw Error(Exit::storage, record::cannot_be_written(file, errno));
}

}  // namespace

ResultsLock::ResultsLock(const std::filesystem::path& results) {
  const std::filesystem::path file = results / ".lock";
  std::error_code fault;
  std::filesystem::create_directories(results, fault);
  if (fault) {
    throw Error(Exit::storage,
                results.string() + ": cannot be made: " + fault.message() + "; may you write there?");
  }
  file_ = Descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!file_) cannot_write(file);
  struct flock whole = whole_file();
  if (::fcntl(file_.get(), F_OFD_SETLK, &whole) != 0) {
    if (errno != EAGAIN && errno != EACCES)
      throw Error(Exit::storage, file.string() + ": cannot be locked: " + std::strerror(errno) +
                                     "; choose results on a file system that knows locks (--results)");
    throw Error(Exit::busy, in_use_by(results, file_.get()) + "; wait for it or stop it");
  }
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const std::string who =
      Json{{"host", host.data()}, {"pid", ::getpid()}, {"start", std::time(nullptr)}}.dump() + "\n";
  if (::ftruncate(file_.get(), 0) != 0 ||
      ::pwrite(file_.get(), who.data(), who.size(), 0) != static_cast<ssize_t>(who.size())) {
    cannot_write(file);
  }
}

ResultsLock::~ResultsLock() {
  // The file stays: removing it would let a second process lock a name that a third one cannot see.
  if (file_ && ::ftruncate(file_.get(), 0) != 0) return;
}

std::string ResultsLock::in_use(const std::filesystem::path& results) {
  const Descriptor file(::open((results / ".lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct flock whole = whole_file();
  if (!file || ::fcntl(file.get(), F_OFD_GETLK, &whole) != 0 || whole.l_type == F_UNLCK) return "";
  return in_use_by(results, file.get());
}

}  // namespace monge::schedule
