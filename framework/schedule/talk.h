// A conversation with a `runner-worker` that answers questions: lines of JSON, and patience.
#pragma once

#include <chrono>
#include <deque>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "schedule/child.h"
#include "schedule/descriptor.h"

namespace monge::schedule {

/// Throws Error(Exit::failed) saying where it was looked for when `worker` is no executable.
void need_worker(const std::filesystem::path& worker);

class Talk {
 public:
  /// Starts `worker mode`. Throws Error(Exit::failed) where it cannot be started.
  Talk(std::filesystem::path worker, std::string mode);

  void send(const nlohmann::json& request) { child_.send(request.dump()); }

  /// The next message, or nothing when there will be none: it ended, said what is no JSON object, or was
  /// silent for `patience_seconds`. Then it is dead and fault() says what became of it.
  std::optional<nlohmann::json> next(double patience_seconds);

  const std::string& fault() const { return fault_; }  // "crashed with SIGSEGV (segmentation fault)", "hung"
  /// Error(Exit::failed) with the fault and the last lines that it printed.
  [[noreturn]] void fail() const;

 private:
  using Clock = std::chrono::steady_clock;
  bool listen(Clock::time_point until);

  std::filesystem::path worker_;
  std::string mode_;
  Capture output_;
  Child child_;
  std::deque<std::string> lines_;
  std::string fault_;
};

/// One request and its answer. Throws the Error that the answer is (`error`, `exit`), or Error(Exit::failed)
/// where there is none.
nlohmann::json ask(const std::filesystem::path& worker, const std::string& mode,
                   const nlohmann::json& request, double patience_seconds);

}  // namespace monge::schedule
