#include "sweep/faults.h"

namespace monge::sweep {

std::string Place::text() const {
  return line == 0 ? source : source + ":" + std::to_string(line) + ":" + std::to_string(column);
}

void Faults::add(const Place& at, std::string text, Exit exit) {
  faults_.insert({at, std::move(text), exit});
}

void Faults::add(const Faults& others) { faults_.insert(others.faults_.begin(), others.faults_.end()); }

void Faults::raise() const {
  if (faults_.empty()) return;
  std::string text;
  std::set<Exit> exits;
  for (const Fault& fault : faults_) {
    text += (text.empty() ? "" : "\n") + fault.at.text() + ": " + fault.text;
    exits.insert(fault.exit);
  }
  for (const Exit exit : {Exit::experiment, Exit::usage}) {
    if (exits.contains(exit)) throw Error(exit, text);
  }
  throw Error(*exits.begin(), text);
}

}  // namespace monge::sweep
