// Where what is costly to make is kept for all processes.
#pragma once

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace monge {

/// MONGE_CACHE, else ~/.cache/monge; empty where there is no home.
inline std::filesystem::path cache_folder() {
  if (const char* given = std::getenv("MONGE_CACHE"); given != nullptr && *given != '\0') return given;
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') {
    const passwd* user = getpwuid(getuid());
    home = user == nullptr ? nullptr : user->pw_dir;
  }
  return home == nullptr ? std::filesystem::path() : std::filesystem::path(home) / ".cache/monge";
}

}  // namespace monge
