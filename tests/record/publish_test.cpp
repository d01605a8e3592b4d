#include "record/publish.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <stdexcept>

#include "record/storage_error.h"
#include "scratch.h"

namespace publish_test {

using namespace monge;
namespace fs = std::filesystem;

namespace {

int files_in(const fs::path& folder) {
  return static_cast<int>(std::distance(fs::directory_iterator(folder), {}));
}

/// Runs `action` in a child process, so that limits do not reach the other tests; its result is the exit
/// code.
template <class Action>
int in_child(Action action) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(action());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

}  // namespace

TEST_CASE("publish: the text is there whole, replaces an older one, and nothing else is left") {
  const test::Scratch scratch;
  record::publish_text(scratch / "sweep.toml", "old");
  record::publish_text(scratch / "sweep.toml", "new\n");
  CHECK(test::read_file(scratch / "sweep.toml") == "new\n");
  CHECK(files_in(scratch.path()) == 1);
}

TEST_CASE("publish: the old file is untouched and the temporary gone when the writer throws") {
  const test::Scratch scratch;
  record::publish_text(scratch / "file", "old");
  const auto broken = [](const fs::path& temporary) {
    record::write_bytes(temporary, "half");
    throw std::runtime_error("no more");
  };
  CHECK_THROWS_WITH_AS(record::publish(scratch / "file", broken), "no more", std::runtime_error);
  CHECK(test::read_file(scratch / "file") == "old");
  CHECK(files_in(scratch.path()) == 1);
}

TEST_CASE("publish: files in order appear when the contents of all are there, or none of them does") {
  const test::Scratch scratch;
  const auto writing = [&](const char* text, int others) {
    return [=, &scratch](const fs::path& temporary) {
      record::write_bytes(temporary, text);
      CHECK(files_in(scratch.path()) == others + 1);
      CHECK_FALSE(fs::exists(scratch / "first"));
    };
  };
  const auto broken = [](const fs::path&) { throw std::system_error(ENOSPC, std::generic_category()); };
  const std::string text = test::storage_error([&] {
    record::publish_in_order({{scratch / "first", writing("1", 0)}, {scratch / "second", broken}});
  });
  CHECK(text.starts_with((scratch / "second").string() + ": cannot be written: No space left on device"));
  CHECK(files_in(scratch.path()) == 0);
  record::publish_in_order({{scratch / "first", writing("1", 0)}, {scratch / "second", writing("2", 1)}});
  CHECK(test::read_file(scratch / "first") == "1");
  CHECK(test::read_file(scratch / "second") == "2");
  CHECK(files_in(scratch.path()) == 2);
}

TEST_CASE("publish: no files are published without a fault") { record::publish_in_order({}); }

TEST_CASE("publish: a name is never seen with half of its content") {
  const test::Scratch scratch;
  record::publish_text(scratch / "file", "old");
  record::publish(scratch / "file", [&](const fs::path& temporary) {
    record::write_bytes(temporary, "half");
    CHECK(temporary.parent_path() == scratch.path());
    CHECK(test::read_file(scratch / "file") == "old");
    record::write_bytes(temporary, "new");
  });
  CHECK(test::read_file(scratch / "file") == "new");
}

TEST_CASE("publish: a folder that is not there is an error with path, reason and remedy") {
  const std::string text = test::storage_error([] { record::publish_text("/nowhere/run.h5", "x"); });
  CHECK(text == "/nowhere/run.h5: cannot be written: No such file or directory; its folder has to exist");
}

TEST_CASE("publish: a name that is a folder cannot be replaced, and nothing is left beside it") {
  const test::Scratch scratch;
  fs::create_directories(scratch / "run.h5/inside");
  const std::string text = test::storage_error([&] { record::publish_text(scratch / "run.h5", "x"); });
  CHECK(text == (scratch / "run.h5").string() + ": cannot be written: Is a directory");
  CHECK(files_in(scratch.path()) == 1);
}

TEST_CASE("publish: a full device is an error with the reason") {
  // The one device that is always full; a temporary cannot lie on it, so the writer meets it.
  const test::Scratch scratch;
  const auto full = [](const fs::path&) { record::write_bytes("/dev/full", "x"); };
  const std::string text = test::storage_error([&] { record::publish(scratch / "run.h5", full); });
  CHECK(text == (scratch / "run.h5").string() +
                    ": cannot be written: No space left on device; free some space, then give the same "
                    "command again");
  CHECK(files_in(scratch.path()) == 0);
}

TEST_CASE("publish: at a limit on file sizes the old file stays and the temporary goes") {
  const test::Scratch scratch;
  record::publish_text(scratch / "file", "old");
  const int code = in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const std::string text =
        test::storage_error([&] { record::publish_text(scratch / "file", std::string(10'000, 'x')); });
    return text.find("cannot be written: File too large; raise the limit") == std::string::npos ? 1 : 0;
  });
  CHECK(code == 0);
  CHECK(test::read_file(scratch / "file") == "old");
  CHECK(files_in(scratch.path()) == 1);
}

TEST_CASE("publish: a folder that may not be written is an error, for users who are not root") {
  const test::Scratch scratch;
  fs::permissions(scratch.path(), fs::perms::owner_read | fs::perms::owner_exec);
  const int code = in_child([&] {
    if (::geteuid() == 0 && ::setuid(65534) != 0) return 2;
    const std::string text = test::storage_error([&] { record::publish_text(scratch / "file", "x"); });
    return text.find("cannot be written: Permission denied; make its folder writable") == std::string::npos
               ? 1
               : 0;
  });
  CHECK(code == 0);
  fs::permissions(scratch.path(), fs::perms::owner_all);
}

TEST_CASE("publish: what a killed process left is removed, other files stay") {
  const test::Scratch scratch;
  const int code = in_child([&] {
    record::publish(scratch / "run.h5", [](const fs::path&) { ::_exit(9); });
    return 0;
  });
  CHECK(code == 9);
  record::publish_text(scratch / "state.h5", "kept");
  record::publish_text(scratch / "notes.part", "a user's own");
  CHECK(files_in(scratch.path()) == 3);
  record::remove_leftovers(scratch.path());
  CHECK(files_in(scratch.path()) == 2);
  CHECK(test::read_file(scratch / "state.h5") == "kept");
}

}  // namespace publish_test
