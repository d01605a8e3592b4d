// "did you mean ...?": the known word a mistyped one probably stands for.
#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace monge {

/// How far a word may be mistyped: two letters, or a third of them.
inline std::size_t farthest_word(std::string_view word) { return std::max<std::size_t>(2, word.size() / 3); }

/// Damerau-Levenshtein: a swap of neighbours counts one, capital letters are small ones.
inline std::size_t word_distance(std::string_view a, std::string_view b) {
  const auto same = [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); };
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, replace});
      const bool swapped = i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]);
      if (swapped) now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(now);
  }
  return last[b.size()];
}

/// The word of `known` nearest to `word`, no farther than farthest_word() and less than the length of `word`;
/// the first of equals. "" when there is none.
inline std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  const std::size_t farthest = farthest_word(word);
  std::size_t least = std::min(farthest + 1, word.size());
  for (const std::string& candidate : known) {
    if (candidate.size() > word.size() + farthest || word.size() > candidate.size() + farthest) continue;
    const std::size_t d = word_distance(word, candidate);
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

/// `; did you mean 'weight'?`, or "" when nothing is near: to be appended to a fault.
inline std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  return near.empty() ? "" : "; did you mean '" + near + "'?";
}

/// `bce, hinge, wasserstein`
inline std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace monge
