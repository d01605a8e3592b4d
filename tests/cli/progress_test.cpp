#include "cli/progress.h"

#include <doctest/doctest.h>

#include <cmath>
#include <sstream>

namespace progress_test {

using namespace monge;
using namespace monge::cli;

namespace {

schedule::Work two_runs() {
  schedule::Work work;
  for (const char* id : {"a", "b"}) {
    schedule::PlannedRun run;
    run.run.id = id;
    run.steps = 100;
    run.seconds = 50;
    work.runs.push_back(run);
  }
  return work;
}

schedule::Job job(const std::string& id, std::int64_t seed) {
  return {id, "loss=" + id, {{"run", {{"seed", seed}}}}, "folder", 100};
}

schedule::Outcome outcome(const std::string& id, const std::string& status, const std::string& text = "") {
  return {id, "loss=" + id, status, text, status == "done" ? 100 : 40, 0, ""};
}

struct Fake {
  double time = 0;
  std::ostringstream out;
  Clock clock() {
    return [this] { return time; };
  }
  std::string said() {
    std::string text = out.str();
    out.str("");
    return text;
  }
};

}  // namespace

TEST_CASE("tally: share and guess count work, not runs") {
  schedule::Work work = two_runs();
  work.runs[1].seconds = 150;  // three times as dear a step
  Tally tally("x", work);
  CHECK(tally.board(0).share == doctest::Approx(0));
  CHECK_FALSE(tally.board(5).left.has_value());
  tally.started(job("a", 1), {0, 0, 100});
  tally.progressed(job("a", 1), {0, 100, 100, 1, 2, 3});
  const Board board = tally.board(10);
  CHECK(board.share == doctest::Approx(0.25));
  CHECK(*board.left == doctest::Approx(30));
}

TEST_CASE("tally: a run that ends early takes its rest off the work, without counting as speed") {
  Tally tally("x", two_runs());
  tally.started(job("a", 1), {0, 0, 100});
  tally.ended(job("a", 1), outcome("a", "diverged"));
  const Board board = tally.board(20);
  CHECK(board.ended == 1);
  CHECK(board.diverged == 1);
  CHECK(board.broken == 0);
  CHECK(board.share == doctest::Approx(0.5));
  CHECK(*board.left == doctest::Approx(50));  // 40 steps took 20 s, 100 are left
}

TEST_CASE(
    "tally: runs kept from before count as ended, an interrupted one does not, a broken one is told of") {
  schedule::Work work = two_runs();
  work.runs[0].action = schedule::Action::skip;
  Tally tally("x", work);
  CHECK(tally.board(0).ended == 1);
  tally.started(job("b", 1), {0, 0, 100});
  tally.ended(job("b", 1), outcome("b", "interrupted"));
  CHECK(tally.board(0).ended == 1);
  tally.ended(job("b", 1), outcome("b", "crashed"));
  CHECK(tally.board(0).broken == 1);
  CHECK(tally.board(0).active.empty());
}

TEST_CASE("tally: a snapshot that may not be continued means more work") {
  schedule::Work work = two_runs();
  work.runs[0].done_steps = 50;
  work.runs[0].seconds = 25;
  Tally tally("x", work);
  tally.started(job("a", 1), {0, 0, 100});
  tally.progressed(job("a", 1), {0, 100, 100});
  CHECK(tally.board(1).share == doctest::Approx(0.5));
}

TEST_CASE("tally: a run that begins again on another worker leaves no line behind") {
  Tally tally("x", two_runs());
  tally.started(job("a", 1), {0, 0, 100});
  tally.started(job("a", 1), {1, 0, 100});
  CHECK(tally.board(0).active.size() == 1);
  tally.ended(job("a", 1), outcome("a", "done"));
  CHECK(tally.board(0).active.empty());
}

TEST_CASE("tally: nothing to do is all done") { CHECK(Tally("x", {}).board(0).share == 1); }

TEST_CASE("plain: a line at the start, at tenths and at the end") {
  Fake fake;
  PlainProgress plain(fake.out, Tally("x", two_runs()), fake.clock());
  plain.started(job("a", 7), {0, 0, 100}, "");
  CHECK(fake.said() == "started   loss=a, seed 7\n");
  fake.time = 6;
  plain.progress(job("a", 7), {0, 9, 100, 1, 2, 3});
  CHECK(fake.said() == "");  // not a tenth yet
  plain.progress(job("a", 7), {0, 25, 100, -0.123456, NAN, 4.5});
  CHECK(fake.said() == "training  loss=a, seed 7: step 25/100, critic -0.1235, 4.5 steps/s\n");
  fake.time = 10;
  plain.progress(job("a", 7), {0, 60, 100, 1, 2, 3});
  CHECK(fake.said() == "");  // too soon after the last line
  plain.ended(job("a", 7), outcome("a", "done"));
  CHECK(fake.said() == "ended     loss=a, seed 7: done, 100 steps  (1/2 runs, 10 s, about 10 s left)\n");
}

TEST_CASE("plain: resumed, begun again, crashed, and a note") {
  Fake fake;
  PlainProgress plain(fake.out, Tally("x", two_runs()), fake.clock());
  plain.started(job("a", 1), {0, 40, 100}, "");
  plain.started(job("b", 1), {1, 0, 100}, "its snapshot is of other code");
  plain.ended(job("a", 1), outcome("a", "crashed", "crashed with SIGSEGV\nin loss/a"));
  plain.note("worker 0 is replaced");
  CHECK(fake.said() ==
        "started   loss=a, seed 1, from step 40\n"
        "started   loss=b, seed 1: its snapshot is of other code\n"
        "ended     loss=a, seed 1: crashed at step 40: crashed with SIGSEGV; in loss/a  (1/2 runs, 0 s)\n"
        "note: worker 0 is replaced\n");
}

TEST_CASE("plain: an end that says its status and step by itself is said once") {
  CHECK(end_text(outcome("a", "killed", "killed by SIGKILL at step 40")) == "killed by SIGKILL at step 40");
  CHECK(end_text(outcome("a", "timeout", "timeout after 1 s at step 40")) == "timeout after 1 s at step 40");
  CHECK(end_text(outcome("a", "failed", "no memory at step 40")) ==
        "failed at step 40: no memory at step 40");
}

TEST_CASE("quiet: notes, and runs that begin again") {
  std::ostringstream out;
  QuietProgress quiet(out);
  quiet.started(job("a", 1), {0, 40, 100}, "");
  quiet.progress(job("a", 1), {0, 60, 100, 1, 2, 3});
  CHECK(out.str() == "");
  quiet.started(job("a", 1), {0, 0, 100}, "begins again: loss/a changed");
  quiet.note("worker 0 is replaced");
  CHECK(out.str() == "note: loss=a, seed 1: begins again: loss/a changed\nnote: worker 0 is replaced\n");
}

TEST_CASE("live: redrawn at most ten times a second, in place, and gone at the end") {
  Fake fake;
  {
    LiveProgress live(fake.out, false, Tally("x", two_runs()), fake.clock(), [] {
      return TerminalSize{80, 24};
    });
    live.started(job("a", 1), {0, 0, 100}, "");
    const std::string first = fake.said();
    CHECK(first.find("x [") == 0);
    CHECK(first.find("loss=a, seed 1") != std::string::npos);
    for (int step = 1; step <= 50; ++step) {
      fake.time += 0.001;
      live.progress(job("a", 1), {0, step, 100, 1, 2, 3});
    }
    CHECK(fake.said() == "");
    fake.time += 0.1;
    live.tick();
    CHECK(fake.said().find("\x1b[2A\r\x1b[J") == 0);
  }
  CHECK(fake.said() == "\x1b[2A\r\x1b[J");
}

TEST_CASE("live: what goes wrong scrolls by above the block") {
  Fake fake;
  LiveProgress live(fake.out, false, Tally("x", two_runs()), fake.clock(), [] {
    return TerminalSize{80, 24};
  });
  live.started(job("a", 1), {0, 0, 100}, "");
  fake.said();
  live.ended(job("a", 1), outcome("a", "diverged", "critic_loss is nan"));
  CHECK(fake.said().find("\x1b[2A\r\x1b[Jloss=a, seed 1: diverged at step 40: critic_loss is nan\nx [") == 0);
  live.note("stopping what?");
  CHECK(fake.said().find("Ctrl-C again") == std::string::npos);
  live.stopping();
  const std::string said = fake.said();
  CHECK(said.find("stopping; Ctrl-C again stops at once") != std::string::npos);
}

TEST_CASE("live: fits a terminal of a few lines") {
  Fake fake;
  LiveProgress live(fake.out, false, Tally("x", two_runs()), fake.clock(), [] {
    return TerminalSize{20, 3};
  });
  for (int worker = 0; worker < 6; ++worker)
    live.started(job(worker % 2 ? "a" : "b", worker), {worker, 0, 100}, "");
  fake.time = 1;
  fake.said();
  live.tick();
  const std::string said = fake.said();
  CHECK(std::count(said.begin(), said.end(), '\n') == 2);
}

TEST_CASE("json: one object a line, NaN is null, broken UTF-8 is replaced") {
  Fake fake;
  JsonProgress json(fake.out);
  json.started(job("a", 7), {0, 0, 100}, "");
  json.progress(job("a", 7), {0, 25, 100, NAN, 0.5, 4});
  json.snapshot(job("a", 7), 25);
  schedule::Outcome end = outcome("a", "crashed", "caf\xe9");
  end.signal = 11;
  end.log = "last words";
  json.ended(job("a", 7), end);
  json.note("n");
  std::istringstream lines(fake.said());
  std::vector<nlohmann::json> events;
  for (std::string line; std::getline(lines, line);) events.push_back(nlohmann::json::parse(line));
  REQUIRE(events.size() == 5);
  CHECK(events[0] == nlohmann::json{{"event", "started"},
                                    {"id", "a"},
                                    {"label", "loss=a"},
                                    {"seed", 7},
                                    {"step", 0},
                                    {"steps", 100},
                                    {"worker", 0},
                                    {"note", ""}});
  CHECK(events[1].at("critic_loss").is_null());
  CHECK(events[1].at("generator_loss") == 0.5);
  CHECK(events[2].at("step") == 25);
  CHECK(events[3].at("text") == "caf\xef\xbf\xbd");
  CHECK(events[3].at("signal") == 11);
  CHECK(events[3].at("log") == "last words");
  CHECK(events[4] == nlohmann::json{{"event", "note"}, {"text", "n"}});
}

}  // namespace progress_test
