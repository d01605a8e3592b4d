#include "sweep/random.h"

#include <algorithm>
#include <set>

#include "fixture.h"

namespace random_test {

using namespace monge;
using namespace monge::sweep;
using fixture::resolved;

namespace {

std::string sampled(int samples, const std::string& rest) {
  std::string text = fixture::small();
  return text.insert(text.find("[train]"), "samples = " + std::to_string(samples) + "\n") + rest;
}

std::vector<Json> values(const Experiment& experiment, const std::string& section, const std::string& key) {
  std::vector<Json> all;
  for (const Cell& cell : experiment.cells) all.push_back(cell.config[section][key]);
  return all;
}

Random ends(Random::Kind kind, double a, double b) { return {kind, a, b}; }

}  // namespace

// These numbers are part of what an experiment file means: the same file gives the same cells for ever.
TEST_CASE("random: draws are golden") {
  CHECK(share(1, "train.latent", 0) == 0.30471298153391824);
  CHECK(share(1, "train.latent", 1) == 0.02435745904873521);
  CHECK(share(2, "train.latent", 0) == 0.2431258725201959);
  const Experiment experiment =
      resolved(sampled(4,
                       "[grid]\n'optimizer.learning_rate' = { log_uniform = [1e-5, 1e-2] }\n"
                       "'train.latent' = { uniform = [2, 64] }\n"
                       "'dataset.sigma' = { uniform = [0.01, 0.1] }\n"
                       "loss = { choice = ['bce', 'hinge', 'wasserstein'] }\n"));
  CHECK(experiment.cells.size() == 4);
  Json rates = Json::array();
  for (const Cell& cell : experiment.cells)
    rates.push_back(cell.config["optimizer"]["critic"]["learning_rate"]);
  CHECK(rates == Json::parse("[0.0003394, 2.057e-05, 1.129e-05, 0.0002903]"));
  CHECK(Json(values(experiment, "train", "latent")) == Json::parse("[21, 3, 29, 51]"));
  CHECK(Json(values(experiment, "dataset", "sigma")) ==
        Json::parse("[0.09474, 0.024846, 0.057316, 0.038405]"));
  CHECK(Json(values(experiment, "loss", "plugin")) == Json::parse(R"(["bce", "bce", "wasserstein", "bce"])"));
  CHECK(experiment.cells[0].id == "40de080682a8");
}

TEST_CASE("random: shares fill [0, 1) evenly") {
  std::vector<std::size_t> bins(10);
  for (std::size_t i = 0; i < 10000; ++i) {
    const double at = share(7, "a", i);
    REQUIRE(at >= 0);
    REQUIRE(at < 1);
    ++bins[static_cast<std::size_t>(at * 10)];
  }
  // 1000 each with a deviation of 30: beyond five of them in one of ten is one chance in a million.
  CHECK(*std::min_element(bins.begin(), bins.end()) > 850);
  CHECK(*std::max_element(bins.begin(), bins.end()) < 1150);
}

TEST_CASE("random: both ends are reached and never passed, integers evenly") {
  const double last = 1 - 1e-12;
  CHECK(drawn(ends(Random::Kind::uniform, 2, 5), 0, true).scalar == 2);
  CHECK(drawn(ends(Random::Kind::uniform, 2, 5), 0.25, true).scalar == 3);
  CHECK(drawn(ends(Random::Kind::uniform, 2, 5), last, true).scalar == 5);
  CHECK(drawn(ends(Random::Kind::log_uniform, 1, 1000), last, true).scalar == 1000);
  CHECK(drawn(ends(Random::Kind::log_uniform, 1, 7), 0.5, true).scalar == 2);  // sqrt(8), rounded down
  CHECK(drawn(ends(Random::Kind::uniform, 0, 1), last, false).scalar == 1.0);
  CHECK(drawn(ends(Random::Kind::log_uniform, 1e-5, 1e-3), 0.5, false).scalar == 1e-4);
  CHECK(drawn(ends(Random::Kind::log_uniform, 1e-5, 1e-3), last, false).scalar == 1e-3);
  CHECK(drawn(ends(Random::Kind::uniform, 1e6, 1e6 + 1), 0.123456, false).scalar == 1000000.1235);
  CHECK(drawn(ends(Random::Kind::uniform, 0.5, 1.5), 0.5, true).scalar.is_number_float());
}

TEST_CASE("random: more samples keep the first ones, and another axis changes none") {
  const std::string axis = "[grid]\n'train.latent' = { uniform = [2, 100000] }\n";
  const std::vector<Json> few = values(resolved(sampled(3, axis)), "train", "latent");
  std::vector<Json> many =
      values(resolved(sampled(5, axis + "'dataset.sigma' = { uniform = [0.01, 0.1] }\n")), "train", "latent");
  REQUIRE(many.size() == 5);
  many.resize(3);
  CHECK(few == many);
}

TEST_CASE("random: random axes are drawn together and multiply with the others") {
  const Experiment experiment = resolved(sampled(3,
                                                 "[grid]\nloss = ['bce', 'hinge']\n"
                                                 "'train.latent' = { uniform = [2, 100000] }\n"
                                                 "'dataset.sigma' = { uniform = [0.01, 0.1] }\n"));
  CHECK(experiment.cells.size() == 6);
  CHECK(experiment.cells[0].config["train"] == experiment.cells[3].config["train"]);
  CHECK(experiment.axes[1].values.size() == 3);
}

TEST_CASE("random: one in a [[when]] takes the sample of its cell, or samples where the others are fixed") {
  const std::string when =
      "[[when]]\nif = 'enforcer == \"gradient_penalty\"'\ngrid = { enforcer.weight = "
      "{ log_uniform = [0.1, 100] } }\n";
  const std::string grid = "[grid]\nenforcer = ['none', 'gradient_penalty']\n";
  const Experiment shared =
      resolved(sampled(4, grid + "'train.latent' = { uniform = [2, 100000] }\n" + when));
  CHECK(shared.cells.size() == 8);
  const Experiment alone = resolved(sampled(4, grid + when));
  CHECK(alone.cells.size() == 5);
  CHECK(shared.cells[4].config["enforcer"] == alone.cells[1].config["enforcer"]);
}

TEST_CASE("random: samples that come to one cell twice run once, with a warning") {
  const Experiment experiment = resolved(sampled(20, "[grid]\nloss = { choice = ['bce', 'hinge'] }\n"));
  CHECK(experiment.cells.size() == 2);
  REQUIRE(experiment.warnings.size() == 1);
  CHECK(experiment.warnings[0].find("18 samples are cells that were drawn before") != std::string::npos);
}

TEST_CASE("random: reals where the parameter is a real, whatever the ends look like") {
  const Experiment experiment =
      resolved(sampled(5, "[grid]\nenforcer = ['clip']\n'enforcer.bound' = { uniform = [1, 2] }\n"));
  CHECK(experiment.cells.size() == 5);
  std::set<double> bounds;
  for (const Cell& cell : experiment.cells) bounds.insert(cell.config["enforcer"][0]["bound"].get<double>());
  CHECK(bounds.size() == 5);
}

TEST_CASE("random: flags may be random too, and set the number and the seed") {
  const CommandLine flags{
      {"experiment.samples=3", "experiment.samples_seed=2"}, {"train.latent={uniform=[2,100000]}"}, "", ""};
  const Experiment experiment = resolved(fixture::small(), flags);
  CHECK(experiment.cells.size() == 3);
  const Experiment other =
      resolved(fixture::small(), {{"experiment.samples=3"}, {"train.latent={uniform=[2,100000]}"}, "", ""});
  CHECK(values(experiment, "train", "latent") != values(other, "train", "latent"));
}

}  // namespace random_test
