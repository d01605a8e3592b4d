// Has plugins examined by a child, `runner-worker check` or `verify`: a crash or a hang in one is a check
// that failed.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace monge::schedule {

/// What one check found. `verdict`: "ok", "failed", "not applicable". `numbers` of a known answer: expected,
/// got, tolerance, in_errors, seconds (worker/README.md); an empty object otherwise.
struct CheckResult {
  std::string check, why, verdict, text;
  nlohmann::json numbers = nlohmann::json::object();
};

struct CheckOrder {
  std::filesystem::path worker;
  std::vector<std::filesystem::path> search_dirs;
  std::string plugin;             // "loss/bce", or a file's path; of a verification also "": all answers
  double patience_seconds = 120;  // of silence, before a check has hung
  std::string mode = "check";     // or "verify"
  std::string only = {};          // of a verification: those whose name or source holds it
};

/// All checks in order; `heard` is told of each as it ends. After a check that ends the child, or keeps it
/// silent for too long, another child goes on with the next; not after a second silence. Throws
/// Error(Exit::failed) where the worker itself cannot be asked.
std::vector<CheckResult> examine(const CheckOrder& order,
                                 const std::function<void(const CheckResult&)>& heard);

}  // namespace monge::schedule
