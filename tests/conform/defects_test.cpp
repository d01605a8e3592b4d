// Plugins with one defect each: the suite finds it, by the check whose business it is.
#include <doctest/doctest.h>

#include "conform/suite.h"
#include "examined.h"

namespace defects_test {

using namespace monge;
using namespace monge::conform;
using namespace monge::conform::test;

namespace {

struct Defect {
  std::string plugin;
  std::string check;                // that fails
  std::string words;                // in its text
  std::set<std::string> also = {};  // what else must fail of it; "any": whatever does
};

void find(const std::vector<Defect>& defects) {
  plugin::Catalog catalog({MONGE_BINARY_DIR "/bad_plugins"});
  for (const Defect& defect : defects) {
    CAPTURE(defect.plugin);
    const auto results = check_plugin(catalog, defect.plugin);
    auto failed = failures(results);
    std::string text;
    for (const Result& result : results) {
      if (result.verdict == Verdict::failed) text += "\n  " + result.check + ": " + result.text;
    }
    CAPTURE(text);
    CHECK(named(results, defect.check).verdict == Verdict::failed);
    CHECK(named(results, defect.check).text.find(defect.words) != std::string::npos);
    failed.erase(defect.check);
    if (!defect.also.contains("any")) CHECK(failed == defect.also);
  }
}

}  // namespace

TEST_CASE("defects: of losses") {
  find({{"loss/cooperative", "sign of the generator", "both players pull the same way"},
        {"loss/swapped", "sign of the generator", "generator() falls when fake scores rise"},
        {"loss/one_way", "sign of the critic", "the same way", {"sign of the generator"}},
        {"loss/couples_unsaid", "one sample at a time", "d.couples_batch()"},
        {"loss/hidden_state", "repeatable", "critic() gives another answer", {"any"}},
        {"loss/own_randomness", "random numbers", "use Draw's"},
        {"loss/reads_values", "no values read", "on the host", {"packs"}},
        {"loss/reads_real", "reals", "critic() reads a Real as a number", {}},
        {"loss/one_a_sample", "cost", "generator() gives a tensor [6], not one number", {"any"}},
        {"loss/reads_real_samples", "generator's turn", "without a gradient"},
        {"loss/grows", "memory", "bytes more with every call"},
        {"loss/root_at_zero", "finite gradients", "not finite"},
        {"loss/deaf_generator", "both players learn", "generator() does not depend"},
        {"loss/changes_input", "inputs unchanged", "critic() changes the tensors"},
        {"loss/counts_objects", "two at once", "when another one"},
        {"loss/no_paper", "documented", "d.paper(...)"},
        {"loss/no_sentence", "documented", "its parameter 'margin' has no sentence"},
        {"loss/bad_preset",
         "documented",
         "its preset 'wide' sets 'margin' to a value that is not allowed",
         {"any"}}});
}

TEST_CASE("defects: of enforcers") {
  find({{"enforcer/batch_wide_norm", "one sample at a time", "over the whole batch"},
        {"enforcer/per_pixel_norm", "all dimensions", "slope.flatten(1)"},
        {"enforcer/detached", "reaches the weights", "does not reach the critic's weights", {"derivative"}},
        {"enforcer/own_slope", "derivative", "a step of it is lost", {"any"}},
        {"enforcer/half_detached", "derivative", "a step of it is lost"},
        {"enforcer/unguarded_root", "flat critic", "where the slope is zero"},
        {"enforcer/odd_points", "shape of points", "times as many as samples", {"any"}},
        {"enforcer/counts_steps", "repeatable", "penalty() gives another answer", {"any"}},
        {"enforcer/own_points", "random numbers", "points() takes random numbers"},
        {"enforcer/shrinks", "idempotent", "that it has just projected"},
        {"enforcer/transposes", "shape of weights", "weight() gives [72]", {"any"}},
        {"enforcer/growing_state", "shape of states", "; neither may change"},
        {"enforcer/straight_through", "derivative", "a step of it is lost"},
        {"enforcer/pays_back", "sign of the penalty", "is paid for being steep"},
        {"enforcer/only_points", "shape of points", "it has points() but no penalty()"}});
}

TEST_CASE("defects: of architectures") {
  find({{"architecture/counts_calls", "repeatable", "another answer", {"two at once"}},
        {"architecture/only_28", "shapes", "for samples [3, 28, 28]", {"any"}},
        {"architecture/two_scores", "shapes", "[2]", {"any"}},
        {"architecture/leaves_range", "range", "use add_output(problem.range)"}});
}

TEST_CASE("defects: of data sets") {
  find({{"dataset/labels_out_of_step", "labels in step", "out of step"},
        {"dataset/label_missing", "samples", "one int64 of at least 0 for each sample"},
        {"dataset/no_samples", "samples", "its training split has no samples"},
        {"dataset/tests_on_training", "held out", "200 of its 200 held-out samples"},
        {"dataset/out_of_range", "range", "beyond the range that it names"},
        {"dataset/own_noise", "random numbers", "load() takes random numbers", {"repeatable", "two at once"}},
        {"dataset/wrong_modes", "modes", "near one of its modes"}});
}

TEST_CASE("defects: of metrics") {
  find({{"metric/sorts_in_place", "inputs unchanged", "measure() changes the tensors"},
        {"metric/pairs_samples", "order", "it pairs them"},
        {"metric/forgets_value", "values", "does not set it"},
        {"metric/features_unsaid", "values", "d.reads_features()", {"any"}},
        {"metric/wrong_goal", "goal", "samples far from the data"},
        {"metric/own_projection", "random numbers", "measure() takes random numbers"}});
}

TEST_CASE("defects: what cannot be opened fails the first check, and no other is run") {
  plugin::Catalog catalog({MONGE_BINARY_DIR "/bad_plugins"});
  for (const char* name : {"no_header", "other_sdk", "throws_in_describe", "text_file"}) {
    const auto results = check_plugin(catalog, std::string("loss/") + name);
    REQUIRE(results.size() == 1);
    CHECK(results[0].check == "header");
    CHECK(results[0].verdict == Verdict::failed);
    CHECK(results[0].text.find(name) != std::string::npos);
  }
}

}  // namespace defects_test
