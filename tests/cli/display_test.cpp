#include "cli/display.h"

#include <doctest/doctest.h>

#include <cmath>

#include "report/columns.h"

namespace display_test {

using namespace monge::cli;

namespace {

Board board() {
  Board board;
  board.name = "clip_vs_gp";
  board.runs = 12;
  board.ended = 5;
  board.diverged = 1;
  board.share = 0.4251;
  board.elapsed = 83;
  board.left = 3725;
  board.active = {{"loss=bce enforcer=gradient_penalty, seed 2", 120, 500, -0.123456, 0.6931, 31.24},
                  {"loss=bce enforcer=clip, seed 2", 0, 500, NAN, NAN, NAN}};
  return board;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace

TEST_CASE("display: at 80 columns the bar takes what the words leave") {
  const std::vector<std::string> expected{
      "clip_vs_gp [########-----------]  42%  5/12 runs  1:23  ETA 1:02:05  1 diverged",
      "  loss=bce enforcer=gradie…  120/500  critic -0.1235  generator 0.6931  31.24/s",
      "  loss=bce enforcer=clip, seed 2  0/500"};
  CHECK(joined(lines(board(), 79, 8, false)) == joined(expected));
}

TEST_CASE("display: at 40 columns words are left out, at 200 nothing is cut") {
  const std::vector<std::string> narrow{"clip_vs_gp  42% 5/12 1:23 ETA 1:02:05",
                                        "  loss=bce enforcer=…  120/500  31.24/s",
                                        "  loss=bce enforcer=clip, seed 2  0/500"};
  CHECK(joined(lines(board(), 39, 8, false)) == joined(narrow));
  const std::vector<std::string> broad{
      "clip_vs_gp [#################-----------------------]  42%  5/12 runs  1:23  ETA 1:02:05  1 diverged",
      "  loss=bce enforcer=gradient_penalty, seed 2  120/500  critic -0.1235  generator 0.6931  31.24/s",
      "  loss=bce enforcer=clip, seed 2  0/500"};
  CHECK(joined(lines(board(), 200, 8, false)) == joined(broad));
}

TEST_CASE("display: no line is wider than the terminal, whatever the width and the names") {
  Board wild = board();
  wild.name = "größer_als_alles_was_in_eine_Zeile_passt_表示";
  wild.broken = 123456;
  wild.active[0].label = "損失=ワッサースタイン \xff\x1b[2J\n\t e\xcc\x81";
  wild.active[0].critic_loss = -1.2345678e-300;
  for (std::size_t width = 1; width <= 220; ++width) {
    for (const std::string& line : lines(wild, width, 8, false)) {
      CHECK_MESSAGE(monge::report::columns_of(line) <= width, line);
      CHECK(line.find('\x1b') == std::string::npos);
      CHECK(line.find('\n') == std::string::npos);
    }
  }
}

TEST_CASE("display: as many runs as are asked for") {
  Board crowd = board();
  crowd.active.assign(20, {"run", 1, 2, 0, 0, 1});
  CHECK(lines(crowd, 80, 8, false).size() == 9);
  CHECK(lines(crowd, 80, 1, false).size() == 2);
}

TEST_CASE("display: colour adds sequences and no columns") {
  Board coloured = board();
  coloured.broken = 2;
  const auto plain = lines(coloured, 100, 8, false), colour = lines(coloured, 100, 8, true);
  REQUIRE(plain.size() == colour.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    std::string stripped;
    for (std::size_t at = 0; at < colour[i].size(); ++at) {
      if (colour[i][at] == '\x1b') {
        at = colour[i].find('m', at);
      } else {
        stripped += colour[i][at];
      }
    }
    CHECK(stripped == plain[i]);
    CHECK(colour[i] != plain[i]);
  }
}

TEST_CASE("display: 100 % is what is finished, and stopping says how to stop at once") {
  Board late = board();
  late.share = 0.9999;
  late.stopping = true;
  const std::string line = lines(late, 120, 8, false)[0];
  CHECK(line.find(" 99%") != std::string::npos);
  CHECK(line.find("stopping; Ctrl-C again stops at once") != std::string::npos);
}

TEST_CASE("display: numbers") {
  CHECK(four_digits(0.28394) == "0.2839");
  CHECK(four_digits(-NAN) == "nan");
  CHECK(four_digits(1e-7) == "1e-07");
}

TEST_CASE("display: words are quoted as a shell needs them") {
  CHECK(shell_line({"runner", "a b", "it's", "", "x=1,2"}) == "runner 'a b' 'it'\\''s' '' x=1,2");
}

}  // namespace display_test
