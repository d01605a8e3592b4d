// Preloaded into a worker: kills it at the n-th rename of its life, before or after the rename itself, so
// that a test can stop it between run.h5 and state.h5. MONGE_KILL_AT_RENAME = "3" or "3+" (after). Other
// programs are left alone.
#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>

namespace {

bool is_worker() {
  char path[4096] = "";
  const auto length = readlink("/proc/self/exe", path, sizeof path - 1);
  const char* name = length > 0 ? std::strrchr(path, '/') : nullptr;
  return name != nullptr && std::strcmp(name, "/runner-worker") == 0;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int rename(const char* from, const char* to) noexcept {
  static std::atomic<int> count{0};
  using Rename = int (*)(const char*, const char*);
  static const auto real = reinterpret_cast<Rename>(dlsym(RTLD_NEXT, "rename"));
  const char* when = std::getenv("MONGE_KILL_AT_RENAME");
  const bool now = when != nullptr && is_worker() && ++count == std::atoi(when);
  if (now && std::strchr(when, '+') == nullptr) kill(getpid(), SIGKILL);
  const int result = real(from, to);
  if (now) kill(getpid(), SIGKILL);
  return result;
}
