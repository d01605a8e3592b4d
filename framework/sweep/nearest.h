// "did you mean ...?": the known word a mistyped one probably stands for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace monge::sweep {

/// The word of `known` nearest to `word` by Damerau-Levenshtein distance (a swap of neighbours counts one),
/// at most 2 and less than the length of `word`; the first of equals. "" when there is none.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

/// `; did you mean 'weight'?`, or "" when nothing is near: to be appended to a fault.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

/// `bce, hinge, wasserstein`
std::string listed(const std::vector<std::string>& words);

}  // namespace monge::sweep
