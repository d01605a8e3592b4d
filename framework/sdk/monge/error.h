// The one exception for a user's mistake or a broken environment: a sentence with place, fault and remedy.
#pragma once

#include <stdexcept>
#include <string>

namespace monge {

/// Also the exit code of `runner`, see `runner --help`.
enum class Exit : int {
  ok = 0,            // all runs ended; a diverged run is a result
  failed = 1,        // some runs failed, crashed or ran out of time
  usage = 2,         // the command line
  experiment = 3,    // the experiment file
  plugin = 4,        // a plugin cannot be loaded
  busy = 5,          // the results folder is in use
  storage = 7,       // a file cannot be read or written
  interrupted = 75,  // stopped on request, resumable
  killed = 130,      // stopped at once by a second Ctrl-C
};

class Error : public std::runtime_error {
 public:
  Error(Exit exit, const std::string& what) : std::runtime_error(what), exit_(exit) {}
  Exit exit() const { return exit_; }

 private:
  Exit exit_;
};

}  // namespace monge
