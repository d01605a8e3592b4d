#include "sweep/draft.h"

#include "fixture.h"

namespace draft_test {

using namespace monge;
using namespace monge::sweep;
using fixture::draft_of;
using fixture::small;

TEST_CASE("draft: every plugin a cell may use is named, from axes, overrides and flags too") {
  const Draft draft = draft_of(
      small() +
          "[grid]\nenforcer = ['none', ['clip', {plugin='lipschitz'}]]\n\"loss.plugin\" = ['bce', 'mine']\n"
          "[[override]]\nif = '1 == 1'\nset = { architecture = { plugin = 'dcgan' } }\n",
      {{"dataset=mnist"}, {"evaluate.metrics=modes,fid"}, "", ""});
  CHECK(draft.plugins() == std::vector<std::string>{"architecture/dcgan", "architecture/mlp", "dataset/mnist",
                                                    "dataset/ring", "enforcer/clip", "enforcer/lipschitz",
                                                    "enforcer/none", "loss/bce", "loss/mine",
                                                    "loss/wasserstein", "metric/fid", "metric/modes",
                                                    "metric/sliced_wasserstein"});
}

TEST_CASE("draft: a name that could leave the plugins' folder is never asked for") {
  const Draft draft = draft_of(small(), {{"loss=../../etc/passwd", "dataset=a/b"}, {}, "", ""});
  for (const std::string& key : draft.plugins()) CHECK(key.find("..") == std::string::npos);
}

TEST_CASE("draft: the place of a setting is where it was last given") {
  const fixture::Scratch folder;
  const auto file = folder.write("x.toml", small() + "[grid]\nenforcer = ['clip', 'none']\n");
  const Draft draft = read_experiment(file, {{"train.latent=3"}, {}, "", ""});
  CHECK(place_of(draft, "train.latent") == "--set train.latent=3");
  CHECK(place_of(draft, "architecture") == file.string() + ":7:2");
  CHECK(place_of(draft, "architecture.plugin") == file.string() + ":8:1");
  CHECK(place_of(draft, "architecture.width") == file.string() + ":7:2");
  CHECK(place_of(draft, "enforcer.bound") == file.string() + ":12:1");
  CHECK(place_of(draft, "optimizer.kind") == file.string() + ":1:1");
  CHECK(place_of(draft, "train") == "--set train.latent=3");
}

TEST_CASE("draft: the question is the comment the file begins with") {
  CHECK(fixture::resolved("\n# Does it\n#   train?\n#\n# Written by me.\n" + small()).question ==
        "Does it train?");
  CHECK(fixture::resolved(small()).question.empty());
  CHECK(fixture::resolved("# One\r\n" + small()).question == "One");
}

TEST_CASE("draft: a missing file and one that is no TOML are faults at once") {
  CHECK_THROWS_WITH_AS(read_experiment("/nowhere/x.toml", {}),
                       doctest::Contains("/nowhere/x.toml: no such file"), Error);
  CHECK_THROWS_WITH_AS(draft_of("[train\n"), doctest::Contains("x.toml:1:"), Error);
}

}  // namespace draft_test
