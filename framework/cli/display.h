// The block of lines that shows a sweep at work on a terminal, as a pure function of what is known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace monge::cli {

/// A run that a worker is training. Losses and speed may be NaN: not known yet.
struct ActiveRun {
  std::string label;
  std::int64_t step = 0, steps = 0;
  double critic_loss = 0, generator_loss = 0;
  double steps_per_second = 0;
};

/// A sweep at one moment.
struct Board {
  std::string name;
  std::size_t runs = 0, ended = 0;       // of the whole sweep; those found done count as ended
  std::size_t diverged = 0, broken = 0;  // among the ended
  double share = 0;                      // of this call's work, 0 to 1
  double elapsed = 0;                    // seconds
  std::optional<double> left;            // seconds, where there is a guess
  std::vector<ActiveRun> active;
  bool stopping = false;
};

/// The overall line and one line for each of the first `most` active runs, none wider than `width` columns.
/// With `colour`, escape sequences that take no column.
std::vector<std::string> lines(const Board& board, std::size_t width, std::size_t most, bool colour);

/// The lines of a text that may hold anything, such as a plugin's words, each `columns` to the right.
std::string indented(const std::string& text, std::size_t columns);

/// Four significant digits: "0.2839", "-12.35"; "nan".
std::string four_digits(double value);

/// Words as a shell reads them, quoted where they have to be.
std::string shell_line(const std::vector<std::string>& words);

}  // namespace monge::cli
