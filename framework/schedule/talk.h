// A conversation with a `runner-worker` that answers questions: lines of JSON, and patience.
#pragma once

#include <chrono>
#include <deque>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "schedule/child.h"
#include "schedule/descriptor.h"

namespace monge::schedule {

/// Folders of plugins as requests name them, `search`: absolute, for a plugin may change the worker's folder.
nlohmann::json search_of(const std::vector<std::filesystem::path>& folders);

class Talk {
 public:
  /// Starts `worker mode`. Throws Error(Exit::failed) where it cannot be started, and says where it was
  /// looked for when it is no executable.
  Talk(std::filesystem::path worker, std::string mode);

  void send(const nlohmann::json& request) { child_.send(request.dump()); }

  /// The next message, or nothing when there will be none: it ended, said what is no JSON object, or was
  /// silent for `patience_seconds`, before its first message two minutes. Then it is dead, fault() says what
  /// became of it, and where() in what. Throws the Error that a message is (`error`, `exit`).
  std::optional<nlohmann::json> next(double patience_seconds);

  /// What it said it was at since its last message: a plugin or a file; "": unknown.
  const std::string& where() const { return where_; }
  const std::string& fault() const { return fault_; }  // "crashed with SIGSEGV (segmentation fault)", "hung"
  /// "; it says:\n" and the last lines that it printed, if any.
  std::string words() const;
  /// Error(Exit::failed) with the fault, its place and the last lines that it printed.
  [[noreturn]] void fail() const;

 private:
  using Clock = std::chrono::steady_clock;
  bool listen(Clock::time_point until);
  std::optional<nlohmann::json> message(double patience_seconds);

  std::filesystem::path worker_;
  std::string mode_;
  Capture output_;
  Child child_;
  std::deque<std::string> lines_;
  std::string fault_, where_;
  bool heard_ = false;
};

/// One request and its answer. Throws the Error that the answer is, or Error(Exit::failed) where there is
/// none.
nlohmann::json ask(const std::filesystem::path& worker, const std::string& mode,
                   const nlohmann::json& request, double patience_seconds);

}  // namespace monge::schedule
