#include "cli/display.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>

#include "report/columns.h"

namespace monge::cli {
namespace {

constexpr std::size_t kNarrow = 60;  // columns below which words are left out
constexpr const char* kGreen = "\x1b[32m";
constexpr const char* kRed = "\x1b[31m";
constexpr const char* kDim = "\x1b[2m";
constexpr const char* kPlain = "\x1b[0m";

std::string bar(double share, std::size_t width) {
  const auto full = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(width));
  return "[" + std::string(full, '#') + std::string(width - full, '-') + "]";
}

// Rounded down: 100 % is what is finished.
std::string percent(double share) {
  const std::string digits = std::to_string(static_cast<int>(std::clamp(share, 0.0, 1.0) * 100.0));
  return std::string(3 - digits.size(), ' ') + digits + "%";
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<long long>(std::max(0.0, seconds));
  std::array<char, 48> text{};
  if (whole < 3600) {
    std::snprintf(text.data(), text.size(), "%lld:%02lld", whole / 60, whole % 60);
  } else {
    std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
  }
  return text.data();
}

std::string troubles(const Board& board) {
  std::string text;
  if (board.diverged > 0) text += "  " + std::to_string(board.diverged) + " diverged";
  if (board.broken > 0) text += "  " + std::to_string(board.broken) + " broken";
  return text;
}

// "clip_vs_gp [####------]  42%  5/12 runs  1:23  ETA 2:05": the bar takes what the words leave.
std::string overall(const Board& board, std::size_t width, bool colour) {
  const bool narrow = width < kNarrow;
  const std::string gap = narrow ? " " : "  ";
  std::string facts = percent(board.share) + gap + std::to_string(board.ended) + "/" +
                      std::to_string(board.runs) + (narrow ? "" : " runs") + gap + clock_text(board.elapsed);
  if (board.stopping) {
    facts += gap + (narrow ? "stopping" : "stopping; Ctrl-C again stops at once");
  } else if (board.left) {
    facts += gap + "ETA " + clock_text(*board.left);
  }
  const std::string bad = narrow ? "" : troubles(board);
  const std::size_t taken = facts.size() + bad.size() + 1;
  if (taken >= width) return report::fitted(facts + bad, width);
  const std::string name = report::fitted(board.name, std::min<std::size_t>(24, width - taken));
  const std::size_t used = taken + report::columns_of(name);
  constexpr std::size_t kLeastBar = 6, kMostBar = 40;
  std::string strip;
  if (used + kLeastBar + 3 <= width) {
    strip = bar(board.share, std::min(kMostBar, width - used - 3)) + " ";
    if (colour) strip = kGreen + strip + kPlain;
  }
  return name + " " + strip + facts + (colour && board.broken > 0 ? kRed + bad + kPlain : bad);
}

std::string speed_text(double steps_per_second) {
  if (!std::isfinite(steps_per_second) || steps_per_second <= 0) return "";
  return four_digits(steps_per_second) + "/s";
}

std::string active(const ActiveRun& run, std::size_t width, bool colour) {
  const bool narrow = width < kNarrow;
  std::string facts = std::to_string(run.step) + "/" + std::to_string(run.steps);
  if (!narrow && !std::isnan(run.critic_loss)) facts += "  critic " + four_digits(run.critic_loss);
  if (!narrow && !std::isnan(run.generator_loss)) facts += "  generator " + four_digits(run.generator_loss);
  const std::string speed = speed_text(run.steps_per_second);
  if (!speed.empty()) facts += "  " + speed;
  constexpr std::size_t kIndent = 2, kLeastLabel = 4;
  if (facts.size() + kIndent + kLeastLabel > width) return report::fitted("  " + facts, width);
  const std::string label = report::fitted(run.label, width - facts.size() - 2 * kIndent);
  const std::string tail = "  " + facts;
  return "  " + label + (colour ? kDim + tail + kPlain : tail);
}

}  // namespace

std::vector<std::string> lines(const Board& board, std::size_t width, std::size_t most, bool colour) {
  std::vector<std::string> result{overall(board, width, colour)};
  for (const ActiveRun& run : board.active) {
    if (result.size() > most) break;
    result.push_back(active(run, width, colour));
  }
  return result;
}

std::string four_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return std::isnan(value) ? "nan" : text.data();
}

std::string indented(const std::string& text, std::size_t columns) {
  std::string lines, line;
  const auto end = [&] {
    lines += std::string(columns, ' ') + report::fitted(line, line.size() * 2 + 1) + "\n";
    line.clear();
  };
  for (const char c : text) c == '\n' ? end() : line.push_back(c);
  end();
  return lines;
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& text : words) {
    const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
      return std::isalnum(c) != 0 || c >= 0x80 ||
             std::string_view("-_./=:,+@%").find(static_cast<char>(c)) != std::string_view::npos;
    });
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += (line.empty() ? "" : " ") + (plain ? text : quoted + "'");
  }
  return line;
}

}  // namespace monge::cli
