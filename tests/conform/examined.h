// Results of the suite, looked at.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "conform/suite.h"

namespace monge::conform::test {

inline plugin::Catalog builtin() { return plugin::Catalog({MONGE_BINARY_DIR "/plugins"}); }

inline const Result& named(const std::vector<Result>& results, const std::string& check) {
  const auto found = std::find_if(results.begin(), results.end(),
                                  [&](const Result& result) { return result.check == check; });
  REQUIRE_MESSAGE(found != results.end(), check);
  return *found;
}

/// The names of the checks that failed.
inline std::set<std::string> failures(const std::vector<Result>& results) {
  std::set<std::string> names;
  for (const Result& result : results) {
    if (result.verdict == Verdict::failed) names.insert(result.check);
  }
  return names;
}

struct Named final : Listener {
  std::vector<std::string> begun;
  std::vector<Result> results;
  void begins(const std::string& check, const std::string&) override { begun.push_back(check); }
  void ended(const Result& result) override { results.push_back(result); }
};

}  // namespace monge::conform::test
