// Somebody's plugins: sound ones pass what is known of their kind, each planted fault fails its answer.
#include <doctest/doctest.h>

#include "conform/check.h"
#include "verify/kinds.h"
#include "verify/suite.h"

namespace planted_test {

using namespace monge;
using conform::Verdict;

namespace {

const std::string kBad = MONGE_BINARY_DIR "/bad_plugins";

std::vector<conform::Result> verified(const std::string& plugin) {
  plugin::Catalog catalog({kBad, MONGE_BINARY_DIR "/plugins"});
  conform::Heard heard;
  verify::run(catalog, {.plugin = plugin}, heard);
  return heard.results;
}

struct Planted {
  std::string plugin;
  std::string answer;  // in the name of each that fails
};

void find(const std::vector<Planted>& all) {
  for (const auto& planted : all) {
    CAPTURE(planted.plugin);
    std::size_t failed = 0;
    for (const auto& result : verified(planted.plugin)) {
      if (result.verdict != Verdict::failed) continue;
      ++failed;
      CHECK_MESSAGE(result.check.find(planted.answer) != std::string::npos,
                    result.check << ": " << result.text);
      CHECK_MESSAGE(result.text.empty(), result.text);  // by its numbers, not by an exception
    }
    CHECK(failed >= 1);
  }
}

}  // namespace

TEST_CASE("planted: losses whose players do not play against each other") {
  find({{"loss/cooperative", "signs of"}, {"loss/swapped", "signs of"}, {"loss/one_way", "signs of"}});
}

TEST_CASE("planted: penalties whose step is lost, or whose norm is not a sample's") {
  find({{"enforcer/half_detached", "steps down what it costs"},
        {"enforcer/batch_wide_norm", "for one sample as for eight"},
        {"enforcer/per_pixel_norm", "wherever in [C, H, W]"},
        {"enforcer/shrinks", "holds every parameter"}});
}

TEST_CASE("planted: a data set that is not where it says, a metric that takes more for better") {
  find({{"dataset/wrong_modes", "within three sigma"}, {"metric/wrong_goal", "worsens"}});
}

TEST_CASE("planted: sound plugins that nobody has written an answer for pass those of their kind") {
  for (const char* plugin :
       {"loss/grows", "enforcer/none", "metric/sorts_in_place", "architecture/leaves_range"}) {
    for (const auto& result : verified(plugin)) {
      CHECK_MESSAGE(result.verdict != Verdict::failed,
                    plugin << ": " << result.check << ": " << result.text << result.numbers.dump());
    }
  }
}

TEST_CASE("planted: what cannot be trained at all fails with the host's words") {
  for (const char* plugin : {"loss/deaf_generator", "enforcer/detached"}) {
    bool any = false;
    for (const auto& result : verified(plugin))
      any |= result.verdict == Verdict::failed && !result.text.empty();
    CHECK_MESSAGE(any, plugin);
  }
}

TEST_CASE("planted: a penalty with a state is spared what is known of those without") {
  plugin::Catalog catalog({MONGE_BINARY_DIR "/plugins"});
  const auto answers = verify::answers_of_enforcer(catalog, "enforcer/lecam");
  CHECK(answers.size() >= 6);
  for (const auto& answer : answers)
    CHECK_THROWS_WITH_AS(answer.find(), "it has a state: what it costs depends on the updates before",
                         conform::Spared);
}

TEST_CASE("planted: what does not apply says why") {
  bool any = false;
  for (const auto& result : verified("enforcer/half_detached")) {
    if (result.verdict != Verdict::not_applicable) continue;
    any = true;
    CHECK(result.text.find("no place to rest") != std::string::npos);
  }
  CHECK(any);
}

}  // namespace planted_test
