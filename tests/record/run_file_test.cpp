#include "record/run_file.h"

#include <doctest/doctest.h>

#include "record/access.h"
#include "record/group_file.h"
#include "record/sample_sweep.h"
#include "record/storage_error.h"
#include "scratch.h"

namespace run_file_test {

using namespace monge;
using namespace monge::record;

TEST_CASE("run_file: the summary tells status, step, texts and seconds") {
  const test::Scratch scratch;
  test::seal_run(scratch.path(), {"abc", "diverged", "too steep", 3, 4, 1, 0, true});
  const RunSummary run = summary(scratch / "runs/abc/run.h5");
  CHECK(run.id == "abc");
  CHECK(run.status == "diverged");
  CHECK(run.status_text == "too steep");
  CHECK(run.step == 40);
  CHECK(run.fingerprint == "{}");
  CHECK(run.seconds == doctest::Approx(0.4));
}

TEST_CASE("run_file: whether a file is there is known, or nobody may take its place") {
  const test::Scratch scratch;
  CHECK_FALSE(is_there(scratch / "run.h5"));
  std::filesystem::create_symlink("loop.h5", scratch / "loop.h5");
  const std::string said = (scratch / "loop.h5").string() + ": cannot be read: ";
  CHECK_THROWS_WITH_AS(is_there(scratch / "loop.h5"), doctest::Contains(said.c_str()), Error);
  CHECK(test::may_be_whole([&] { is_there(scratch / "loop.h5"); }));
}

TEST_CASE("run_file: a dead worker's run keeps its rows and gets status, step and an event") {
  const test::Scratch scratch;
  test::seal_run(scratch.path(), {"abc", "running", "", 3, 4, 1, 0, true});
  const MarkedStatus status{"crashed", "signal 11 in enforcer/clip", 44, "abc", "c", "sample", "l", 3, "{}"};
  mark(scratch / "runs/abc", status);
  mark(scratch / "runs/abc", status);
  const RunSummary run = summary(scratch / "runs/abc/run.h5");
  CHECK(run.status == "crashed");
  CHECK(run.status_text == "signal 11 in enforcer/clip");
  CHECK(run.step == 44);
  const Group group = read(scratch / "runs/abc/run.h5");
  CHECK(text_of(group, "config") == R"({"train":{}})");
  CHECK(numbers_of(*find_group(group, "train"), "critic_loss") == std::vector<double>{1, 2, 3, 4});
  const Group& event = *find_group(group, "event");
  CHECK(length_of(event, "event") == 2);
  CHECK(texts_of(event, "event_kind") == std::vector<std::string>{"crashed", "crashed"});
  CHECK(numbers_of(event, "event_step") == std::vector<double>{44, 44});
}

TEST_CASE("run_file: a run that died before its first snapshot gets a valid file without rows") {
  const test::Scratch scratch;
  mark(scratch / "runs/abc", {"timeout", "120 s are over", 0, "abc", "c", "sample", "l", 3, R"({"a":1})"});
  const RunSummary run = summary(scratch / "runs/abc/run.h5");
  CHECK(run.status == "timeout");
  const Group group = read(scratch / "runs/abc/run.h5");
  CHECK(text_of(group, "config") == R"({"a":1})");
  CHECK(length_of(*find_group(group, "train"), "step") == 0);
  CHECK(length_of(*find_group(group, "event"), "event") == 1);
}

TEST_CASE("run_file: who died while loading takes no step from the rows, whose snapshot is continued") {
  const test::Scratch scratch;
  test::seal_run(scratch.path(), {"abc", "running", "", 3, 4, 1, 0, true});
  mark(scratch / "runs/abc", {"killed", "signal 9", 0, "abc", "c", "sample", "l", 3, "{}"});
  CHECK(summary(scratch / "runs/abc/run.h5").step == 40);
  const Group group = read(scratch / "runs/abc/run.h5");
  CHECK(numbers_of(*find_group(group, "event"), "event_step") == std::vector<double>{40});
}

TEST_CASE("run_file: what cannot be looked at is not replaced when the run is marked") {
  const test::Scratch scratch;
  const MarkedStatus status{"killed", "signal 9", 10, "abc", "c", "sample", "l", 3, "{}"};
  std::filesystem::create_directories(scratch / "loop");
  std::filesystem::create_symlink("run.h5", scratch / "loop/run.h5");
  CHECK(test::may_be_whole([&] { mark(scratch / "loop", status); }));
  CHECK(std::filesystem::is_symlink(scratch / "loop/run.h5"));
  std::filesystem::create_directories(scratch / "abc/run.h5");
  CHECK(test::may_be_whole([&] { mark(scratch / "abc", status); }));
  CHECK(std::filesystem::is_directory(scratch / "abc/run.h5"));
}

TEST_CASE("run_file: an unreadable file is kept aside when the run is marked") {
  const test::Scratch scratch;
  std::filesystem::create_directories(scratch / "abc");
  std::ofstream(scratch / "abc/run.h5") << "not HDF5";
  mark(scratch / "abc", {"killed", "signal 9", 10, "abc", "c", "sample", "l", 3, "{}"});
  CHECK(summary(scratch / "abc/run.h5").status == "killed");
  CHECK(test::read_file(scratch / "abc/run.unreadable.h5") == "not HDF5");
  const Group group = read(scratch / "abc/run.h5");
  CHECK(texts_of(*find_group(group, "event"), "event_text")[0].find("kept as run.unreadable.h5") !=
        std::string::npos);
}

TEST_CASE("run_file: a damaged file is kept aside before a new attempt, a whole one and none stay") {
  const test::Scratch scratch;
  const auto folder = scratch / "abc";
  std::string why;
  CHECK_FALSE(read_or_keep(folder, why));
  CHECK(why.empty());
  mark(folder, {"failed", "at first", 10, "abc", "c", "sample", "l", 3, "{}"});
  const auto whole = read_or_keep(folder, why);
  REQUIRE(whole);
  CHECK(why.empty());
  CHECK(text_of(whole->attributes, "status") == "failed");
  CHECK(summary(folder / "run.h5").status == "failed");
  std::ofstream(folder / "run.h5", std::ios::app) << "more";
  const std::string spoilt = test::read_file(folder / "run.h5");
  CHECK_FALSE(read_or_keep(folder, why));
  CHECK(why == (folder / "run.h5").string() +
                   ": cannot be read: it is damaged: its checksum is not that of its bytes; "
                   "it is kept as run.unreadable.h5");
  CHECK_FALSE(std::filesystem::exists(folder / "run.h5"));
  CHECK(test::read_file(folder / "run.unreadable.h5") == spoilt);
}

TEST_CASE("run_file: what breaks when it is trained again has nothing of what it had before") {
  const test::Scratch scratch;
  const auto folder = scratch / "abc";
  mark(folder, {"failed", "at first", 10, "abc", "c", "sample", "l", 3, "{}"});
  std::ofstream(folder / "state.h5") << "old";
  CHECK_FALSE(is_ordered_again(folder));
  order_again(folder);
  CHECK(is_ordered_again(folder));
  CHECK(summary(folder / "run.h5").status_text == "at first");
  mark(folder, {"crashed", "then", 2, "abc", "c", "sample", "l", 3, "{}"});
  CHECK_FALSE(is_ordered_again(folder));
  CHECK_FALSE(std::filesystem::exists(folder / "state.h5"));
  const Group group = read(folder / "run.h5");
  CHECK(texts_of(*find_group(group, "event"), "event_text") == std::vector<std::string>{"then"});
  fulfil_order(folder);  // nobody has given one
}

TEST_CASE(
    "run_file: a snapshot goes with an order that ends without another, and stays where there was none") {
  const test::Scratch scratch;
  const auto folder = scratch / "abc";
  mark(folder, {"failed", "at first", 10, "abc", "c", "sample", "l", 3, "{}"});
  std::ofstream(folder / "state.h5") << "its own";
  end_ordered(folder);
  CHECK(std::filesystem::exists(folder / "state.h5"));
  order_again(folder);
  end_ordered(folder);
  CHECK_FALSE(std::filesystem::exists(folder / "state.h5"));
  CHECK_FALSE(is_ordered_again(folder));
}

TEST_CASE("run_file: no file that was kept aside is replaced by the next one") {
  const test::Scratch scratch;
  for (const std::string content : {"first", "second"}) {
    std::filesystem::create_directories(scratch / "abc");
    std::ofstream(scratch / "abc/run.h5") << content;
    mark(scratch / "abc", {"killed", "signal 9", 10, "abc", "c", "sample", "l", 3, "{}"});
  }
  CHECK(test::read_file(scratch / "abc/run.unreadable.h5") == "first");
  CHECK(test::read_file(scratch / "abc/run.unreadable-2.h5") == "second");
}

TEST_CASE("run_file: a folder that cannot be made is an error with the file's name") {
  const std::string text = test::storage_error([] {
    mark("/proc/none", {"killed", "", 0, "", "", "", "", 0, ""});
  });
  CHECK(text.starts_with("/proc/none/run.h5: cannot be written: "));
}

}  // namespace run_file_test
