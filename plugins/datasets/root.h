// The folder of a data set's files.
#pragma once

#include <monge/dataset.h>

#include <algorithm>
#include <string>
#include <vector>

namespace monge::plugins {

inline constexpr const char* kRootDoc =
    "folder of the files; empty: searched in MONGE_DATA and the system's folders of data";

/// MNIST and its successors share file names: without `root` a folder counts only under the data set's own
/// name, so that neither is ever taken for the other.
inline Source at_home(const Source& source, const std::vector<std::string>& homes) {
  if (homes.empty()) return source;
  Source narrowed{{}, source.draw};
  const auto add = [&](const std::filesystem::path& place) {
    auto& found = narrowed.folders;
    if (std::find(found.begin(), found.end(), place) == found.end()) found.push_back(place);
  };
  for (const auto& folder : source.folders) {
    std::string text = folder.generic_string();
    while (text.size() > 1 && text.back() == '/') text.pop_back();
    const bool is_home = std::any_of(homes.begin(), homes.end(),
                                     [&](const auto& home) { return ("/" + text).ends_with("/" + home); });
    if (is_home) add(text);
    for (const auto& home : homes) {
      if (!is_home) add(text + "/" + home);
    }
  }
  return narrowed;
}

}  // namespace monge::plugins
