// Has a plugin examined by a child, `runner-worker check`: a crash or a hang in it is a check that failed.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace monge::schedule {

/// What one check found. `verdict`: "ok", "failed", "not applicable".
struct CheckResult {
  std::string check, why, verdict, text;
};

struct CheckOrder {
  std::filesystem::path worker;
  std::vector<std::filesystem::path> search_dirs;
  std::string plugin;             // "loss/bce", or a file's path
  double patience_seconds = 120;  // of silence, before a check has hung
};

/// All checks in order; `heard` is told of each as it ends. After a check that ends the child, or keeps it
/// silent for too long, another child goes on with the next. Throws Error(Exit::failed) where the worker
/// itself cannot be asked.
std::vector<CheckResult> check_plugin(const CheckOrder& order,
                                      const std::function<void(const CheckResult&)>& heard);

}  // namespace monge::schedule
