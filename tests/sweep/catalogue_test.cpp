#include "sweep/catalogue.h"

#include "fixture.h"

namespace catalogue_test {

using namespace monge;
using namespace monge::sweep;

TEST_CASE("catalogue: the describe child's answer is read whole") {
  const Catalogue& all = fixture::catalogue();
  const PluginSchema& clip = all.found.at("enforcer/clip");
  CHECK(clip.kind == "enforcer");
  CHECK(clip.parameter("bound")->fallback == 0.01);
  CHECK(clip.parameter("when")->choices == std::vector<std::string>{"after", "before"});
  CHECK(clip.parameter("nothing") == nullptr);
  CHECK_FALSE(all.found.at("dataset/mnist").parameter("root")->min);
  CHECK(all.found.at("metric/modes").values[1].goal == "max");
  CHECK(all.broken.at("loss/crashes").find("SIGSEGV") != std::string::npos);
  CHECK(all.known.at("loss").size() == 4);
  CHECK(all.system.at("monge") == "0.1.0");
}

TEST_CASE("catalogue: a plugin's paper and presets are read, and may be lacking") {
  const Json answer = Json::parse(R"({"found": [
      {"key": "loss/f_gan", "kind": "loss", "name": "f_gan", "paper": "Nowozin et al. (2016), tab. 6",
       "presets": [{"name": "kl", "paper": "Nowozin et al. (2016), tab. 2", "values": {"divergence": "kl"}},
                   {"name": "plain"}]},
      {"key": "loss/old", "kind": "loss", "name": "old"}], "broken": [], "known": {}})");
  const Catalogue all = catalogue_from_json(answer);
  const PluginSchema& f_gan = all.found.at("loss/f_gan");
  CHECK(f_gan.paper == "Nowozin et al. (2016), tab. 6");
  REQUIRE(f_gan.preset("kl") != nullptr);
  CHECK(f_gan.preset("kl")->paper == "Nowozin et al. (2016), tab. 2");
  CHECK(f_gan.preset("kl")->values == Json{{"divergence", "kl"}});
  CHECK(f_gan.preset("plain")->values == Json::object());
  CHECK(f_gan.preset("nothing") == nullptr);
  CHECK(all.found.at("loss/old").paper.empty());
  CHECK(all.found.at("loss/old").presets.empty());
}

TEST_CASE("catalogue: an answer of another form is a plugin error") {
  for (const char* bad : {"{}", "[]", R"({"found": [{}], "broken": [], "known": {}})", R"({"found": 3})"}) {
    CAPTURE(bad);
    try {
      catalogue_from_json(Json::parse(bad));
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.exit() == Exit::plugin);
    }
  }
}

}  // namespace catalogue_test
