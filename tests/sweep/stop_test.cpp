// [[stop]]: the rules a worker gets.
#include "sweep/stop.h"

#include "fixture.h"
#include "sweep/identity.h"

namespace stop_test {

using namespace monge;
using namespace monge::sweep;
using fixture::failure_of;
using fixture::resolved;
using fixture::small;

namespace {

std::string stop(const std::string& condition) {
  return "[[stop]]\nif = '" + condition + "'\nwhy = 'it is lost'\n";
}

Json stops_of(const std::string& rest) { return resolved(small() + rest).cells.at(0).config["stop"]; }

}  // namespace

TEST_CASE("stop: a rule is compiled for the worker, with its words beside it") {
  CHECK(stops_of(stop("gap < -100 or not (critic_loss <= 1e6)")) ==
        Json::parse(
            R"json([{"if": "gap < -100 or not (critic_loss <= 1e6)", "why": "it is lost", "reads": "train",
            "rule": ["any", ["<", "gap", -100.0], ["not", ["<=", "critic_loss", 1e6]]]}])json"));
  CHECK(stops_of(stop("sliced_wasserstein > 2 and 3 != sliced_wasserstein"))[0]["reads"] == "eval");
  CHECK(stops_of(stop("gap < 1") + stop("gap > 2")).size() == 2);
}

TEST_CASE("stop: a rule needs no words") {
  CHECK(stops_of("[[stop]]\nif = 'gap > 2'\n")[0]["why"] == "a [[stop]] holds");
}

TEST_CASE("stop: an experiment without rules has none in its cells") {
  CHECK_FALSE(resolved(small()).cells[0].config.contains("stop"));
}

TEST_CASE("stop: what is compared is part of a run's identity, the words are not") {
  const auto id = [](const std::string& rest) { return resolved(small() + rest).cells.at(0).id; };
  const std::string reworded = "[[stop]]\nif = 'gap  <  -1e2'\nwhy = 'otherwise'\n";
  CHECK(id(stop("gap < -100")) == id(reworded));
  CHECK(id(stop("gap < -100")) != id(stop("gap < -101")));
  CHECK(id(stop("gap < -100")) != id(""));
}

TEST_CASE("stop: a rule may end a run that has vanished or collapsed, or by a number of the audit") {
  const Json vanished = stops_of(stop("vanished == 1 or generator_gradient_norm > 1e3"));
  CHECK(vanished[0]["reads"] == "train");
  CHECK(vanished[0]["rule"][1] == Json::parse(R"(["==", "vanished", 1])"));
  CHECK(stops_of(stop("collapsed == 1 and audit_slope_between_p99 > 2"))[0]["reads"] == "eval");
  const fixture::Failure histogram = failure_of(small() + stop("audit_slope_real_histogram > 1"));
  CHECK(histogram.text.find("no run records 'audit_slope_real_histogram'") != std::string::npos);
  const fixture::Failure without =
      failure_of(small() + "[evaluate]\naudit = false\n" + stop("collapsed == 1"));
  CHECK(without.text.find("no run records 'collapsed'") != std::string::npos);
}

TEST_CASE("stop: mistakes have their places") {
  const auto said = [](const std::string& condition) {
    const fixture::Failure failure = failure_of(small() + stop(condition));
    CHECK(failure.exit == 3);
    return failure.text;
  };
  CHECK(said("gpa < 1").find(
            "x.toml:12:6: column 1 of the condition: no run records 'gpa'; did you mean 'gap'?") == 0);
  CHECK(said("1 > seconds").find("column 5 of the condition: no run records 'seconds'") != std::string::npos);
  CHECK(said("share_of_mode > 1").find("no run records 'share_of_mode'") != std::string::npos);
  CHECK(said("modes < 2").find("no run records 'modes'") != std::string::npos);
  CHECK(said("gap < 1 and sliced_wasserstein > 2").find("a rule reads either training") != std::string::npos);
  CHECK(said("1 < 2").find("a rule reads something that is recorded") != std::string::npos);
  CHECK(said("gap == \"big\"").find("column 8 of the condition: a [[stop]] compares numbers") !=
        std::string::npos);
  CHECK(said("gap in [1]").find("'in' and defined() are for conditions on cells") != std::string::npos);
  CHECK(said("gap <").find("x.toml:12:6: column 6 of the condition: expected a key") == 0);
}

}  // namespace stop_test
