// Where a user's mistake lies, and all the mistakes found so far.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <tuple>

#include "monge/error.h"

namespace monge::sweep {

struct Place {
  std::string source;                  // "experiments/x.toml", or a whole flag: "--set loss.margin=2"
  std::uint32_t line = 0, column = 0;  // from 1; 0 for a flag

  std::string text() const;  // "experiments/x.toml:14:11" or the flag

  /// Files before flags, each from its beginning.
  friend bool operator<(const Place& a, const Place& b) {
    return std::tuple(a.line == 0, a.line, a.column, a.source) <
           std::tuple(b.line == 0, b.line, b.column, b.source);
  }
};

/// Equal faults count once, however many cells have them.
class Faults {
 public:
  void add(const Place& at, std::string text, Exit exit = Exit::experiment);
  void add(const Faults& others);

  bool empty() const { return faults_.empty(); }

  /// Throws monge::Error with a line for each fault, in the order of the places, and for those beyond 20
  /// their number; returns when there is none. Exit: `experiment` if one of them is, else `usage`, else
  /// `plugin`.
  void raise() const;

 private:
  struct Fault {
    Place at;
    std::string text;
    Exit exit;
    friend bool operator<(const Fault& a, const Fault& b) {
      return std::tie(a.at, a.text) < std::tie(b.at, b.text);
    }
  };
  std::set<Fault> faults_;
};

}  // namespace monge::sweep
