#include "schedule/talk.h"

#include <doctest/doctest.h>

#include "monge/error.h"
#include "scripted.h"

namespace talk_test {

using namespace monge;
using namespace monge::schedule;
using namespace monge::schedule::test;

namespace {

// A worker that takes one request and does what the script says.
struct Answering : Scratch {
  fs::path worker = path() / "worker";

  explicit Answering(const std::string& script) {
    write_file(worker, "#!/bin/sh\nread request\n" + script);
    fs::permissions(worker, fs::perms::owner_all);
  }

  // What became of the question: the answer, or exit code and words.
  std::string outcome() const {
    try {
      return ask(worker, "sample", {{"n", 1}}, 20).dump();
    } catch (const Error& error) {
      return std::to_string(static_cast<int>(error.exit())) + " " + error.what();
    }
  }
};

}  // namespace

TEST_CASE("talk: signs of life are no answer") {
  const Answering worker("echo '{\"opening\":\"dataset/ring\"}' >&3; echo '{\"step\":2}' >&3\n");
  CHECK(worker.outcome() == "{\"step\":2}");
}

TEST_CASE("talk: a crash is told with the place that it was in, and is no answer") {
  const Answering worker(
      "echo '{\"opening\":\"run/state.h5\"}' >&3\n"
      "echo '{\"event\":\"crash\",\"signal\":11,\"step\":0,\"where\":\"\"}' >&3\nkill -SEGV $$\n");
  CHECK(worker.outcome() == "1 " + worker.worker.string() +
                                " sample: in run/state.h5: crashed with SIGSEGV (segmentation fault)");
}

TEST_CASE("talk: an error comes with its exit code") {
  CHECK(Answering("echo '{\"error\":\"no such plugin\",\"exit\":4}' >&3\n").outcome() == "4 no such plugin");
  CHECK(Answering("echo '{\"error\":\"it says no more\"}' >&3\n").outcome() == "1 it says no more");
}

TEST_CASE("talk: folders of plugins are absolute in requests") {
  CHECK(search_of({"plugins", "/opt/plugins"}) ==
        Json{(fs::current_path() / "plugins").string(), "/opt/plugins"});
}

}  // namespace talk_test
