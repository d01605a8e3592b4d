#include "report/own_label.h"

#include <algorithm>

namespace monge::report {
namespace {

/// Takes `words` out of a text of words, wherever they stand whole; values may be several words.
void take_out(std::string& text, const std::string& words) {
  const std::string part = " " + words + " ";
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part))
    text.erase(at, part.size() - 1);
}

}  // namespace

std::string own_label(const std::string& label, const std::vector<Told>& parameters) {
  std::string rest = " " + label + " ";
  for (const auto& [name, key, value] : parameters) {
    take_out(rest, name + "=" + value);
    take_out(rest, key.substr(key.rfind('.') + 1) + "=" + value);
  }
  const std::size_t begin = rest.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  rest = rest.substr(begin, rest.find_last_not_of(' ') + 1 - begin);
  // A zip's label stands for the values of its axes, too.
  const bool told = std::any_of(parameters.begin(), parameters.end(),
                                [&](const Told& parameter) { return parameter.value == rest; });
  return told ? "" : rest;
}

}  // namespace monge::report
