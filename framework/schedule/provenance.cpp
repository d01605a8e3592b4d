#include "schedule/provenance.h"

#include <poll.h>
#include <pwd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <optional>

#include "monge/error.h"
#include "record/run_file.h"
#include "schedule/child.h"

namespace monge::schedule {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestPatch = std::size_t{1} << 20;
constexpr int kPatienceMilliseconds = 10'000;

// What git prints; nothing when there is no git, it fails or is too slow.
std::optional<std::string> git(const std::filesystem::path& folder, const std::vector<std::string>& words) {
  const Capture output;
  Launch launch;
  launch.program = "git";
  launch.arguments = {"--no-optional-locks", "-C", folder.string()};
  launch.arguments.insert(launch.arguments.end(), words.begin(), words.end());
  launch.environment = {{"LC_ALL", "C"}, {"GIT_TERMINAL_PROMPT", "0"}};
  launch.output = output.fd();
  try {
    Child child(launch);
    child.close_requests();
    pollfd death{child.death_fd(), POLLIN, 0};
    if (::poll(&death, 1, kPatienceMilliseconds) <= 0) return std::nullopt;
    const Death end = child.wait();
    if (end.code != 0 || end.signal != 0) return std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
  return output.text(kLongestPatch + 1);
}

Json repository(const std::filesystem::path& experiment) {
  std::error_code fault;
  const std::filesystem::path whole = std::filesystem::absolute(experiment, fault);
  const std::filesystem::path folder =
      std::filesystem::is_directory(whole, fault) ? whole : whole.parent_path();
  std::optional<std::string> commit = git(folder, {"rev-parse", "HEAD"});
  if (!commit) return nullptr;
  while (!commit->empty() && commit->back() == '\n') commit->pop_back();
  std::string patch = git(folder, {"diff", "--no-color", "--no-ext-diff", "HEAD"}).value_or("");
  const bool dirty = !patch.empty();
  if (patch.size() > kLongestPatch) {
    patch.resize(kLongestPatch);
    patch += "\n(cut after 1 MiB)\n";
  }
  return {{"commit", *commit}, {"dirty", dirty}, {"patch", patch}};
}

std::string user() {
  std::array<char, 4096> space{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, space.data(), space.size(), &found) == 0 && found != nullptr) {
    return found->pw_name;
  }
  return std::to_string(::geteuid());
}

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "";
}

}  // namespace

Json provenance(const std::vector<std::string>& command, const std::filesystem::path& experiment) {
  utsname system{};
  ::uname(&system);
  std::error_code fault;
  const Json all = {{"command", command},
                    {"folder", std::filesystem::current_path(fault).string()},
                    {"host", system.nodename},
                    {"user", user()},
                    {"time", record::now_iso8601()},
                    {"kernel", std::string(system.sysname) + " " + system.release + " " + system.machine},
                    {"cpu", cpu_model()},
                    {"git", repository(experiment)}};
  // A patch or a path may hold bytes that are not UTF-8, which JSON cannot.
  return Json::parse(all.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace monge::schedule
