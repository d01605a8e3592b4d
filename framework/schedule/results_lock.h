// One sweep at a time works in a results folder.
#pragma once

#include <filesystem>
#include <string>

#include "schedule/descriptor.h"

namespace monge::schedule {

/// Holds `<results>/.lock` (an open-file-description lock, released by the kernel however we end) and makes
/// the folder where it is missing. The file says who holds it. Throws Error(Exit::busy) "results/x: in use by
/// pid 812 on host since 14:02; ..." when another holds it, Error(Exit::storage) when it cannot be made.
class ResultsLock {
 public:
  explicit ResultsLock(const std::filesystem::path& results);
  ~ResultsLock();
  ResultsLock(const ResultsLock&) = delete;
  ResultsLock& operator=(const ResultsLock&) = delete;

  /// "results/x: in use by pid 812 on host since 14:02" while somebody holds it, or empty. Changes nothing.
  static std::string in_use(const std::filesystem::path& results);

 private:
  Descriptor file_;
};

}  // namespace monge::schedule
