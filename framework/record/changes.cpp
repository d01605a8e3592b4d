#include "record/changes.h"

#include <algorithm>
#include <vector>

namespace monge::record {
namespace {

using Json = nlohmann::json;

void compare(const Json& before, const Json& now, const std::string& name,
             std::vector<std::string>& changed) {
  if (!before.is_object() || !now.is_object()) {
    if (before != now) changed.push_back(name.empty() ? "the code" : name);
    return;
  }
  Json names = before;
  names.update(now);
  for (const auto& [key, unused] : names.items()) {
    compare(before.value(key, Json()), now.value(key, Json()), key, changed);
  }
}

}  // namespace

std::string changes(const Json& before, const Json& now) {
  constexpr std::size_t kNamed = 4;
  std::vector<std::string> changed;
  compare(before, now, "", changed);
  std::string text;
  for (std::size_t i = 0; i < std::min(changed.size(), kNamed); ++i)
    text += (i == 0 ? "" : ", ") + changed[i];
  if (changed.size() > kNamed) text += " and " + std::to_string(changed.size() - kNamed) + " more";
  return text;
}

}  // namespace monge::record
