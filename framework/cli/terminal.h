// Where a command's words go: results to `out`, everything else to `err`.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>

namespace monge::cli {

struct Terminal {
  std::ostream& out;
  std::ostream& err;
  bool live = false;               // err is a terminal on which lines may be redrawn
  bool colour = false;             // ... and may be coloured
  std::string program = "runner";  // as it was called: what commands to be given next begin with
};

/// std::cout and std::cerr. `live` unless TERM is dumb or missing; NO_COLOR takes the colour away.
Terminal standard_terminal();

struct TerminalSize {
  std::size_t columns = 80, rows = 24;
};

/// Of the terminal behind stderr now; 80 by 24 where it does not say.
TerminalSize terminal_size();

}  // namespace monge::cli
