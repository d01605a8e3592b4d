#include "sweep/faults.h"

namespace monge::sweep {
namespace {

constexpr std::size_t most_told = 20;

}  // namespace

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
  std::size_t told = 0;
  for (const Fault& fault : faults_) {
    if (++told <= most_told) text += (told == 1 ? "" : "\n") + fault.at.text() + ": " + fault.text;
    exits.insert(fault.exit);
  }
  if (told > most_told) text += "\nand " + std::to_string(told - most_told) + " more";
  for (const Exit exit : {Exit::experiment, Exit::usage}) {
    if (exits.contains(exit)) throw Error(exit, text);
  }
  throw Error(*exits.begin(), text);
}

}  // namespace monge::sweep
