#include "worker/snapshot.h"

#include <doctest/doctest.h>
#include <monge/error.h>

#include <filesystem>

#include "record/access.h"
#include "record/group_file.h"
#include "toy_game.h"
#include "worker/recording.h"

namespace snapshot_test {

using namespace toy;
using train::Progress;

namespace {

struct Counting final : Enforcer {
  static void describe(Describe<Counting>& d) {
    d.doc("keeps a running mean of the gap");
    d.state("mean", "running mean",
            [](const Tensor&, const Role&, Draw& draw) { return draw.uniform({}) * 0; });
  }
  Tensor penalty(const Look& look, State& state) const override {
    state["mean"] = 0.9 * state["mean"] + 0.1 * (look.at.real.mean() - look.at.fake.mean());
    return state["mean"].square();
  }
};

std::filesystem::path scratch_file(const char* name) {
  return std::filesystem::path(MONGE_BINARY_DIR) / name;
}

void step(const ToyGame& toy, Progress& progress, int times) {
  for (int i = 0; i < times; ++i) train::macro_step(toy.game, progress, false);
}

Tensor all_of(const Progress& p) {
  return at::cat({p.generator.flat, p.generator.flat_buffers, p.average, p.critic.flat,
                  p.generator_moments.first, p.generator_moments.second, p.critic_moments.first,
                  p.critic_moments.second, p.penalty_states[0].all().at("mean").reshape(1)});
}

ToyGame& prepared(ToyGame& toy) {
  toy.game.generator = std::make_unique<train::Network>(
      "generator", Layers{linear(16).bias(false), batch_norm(), relu(), linear(2)}, Shape{3}, Shape{2});
  toy.game.settings.ema = 0.9;
  toy.add_enforcer<Counting>();
  train::probe(toy.game);
  return toy;
}

}  // namespace

TEST_CASE("snapshot: a run goes on bit for bit through a file, in both precisions") {
  for (const auto precision : {at::kFloat, at::kDouble}) {
    ToyGame toy(precision);
    prepared(toy);
    Progress straight(toy.game);
    step(toy, straight, 7);

    Progress first(toy.game);
    step(toy, first, 3);
    const auto path = scratch_file("snapshot_test.h5");
    record::seal(path, worker::snapshot(toy.game, first, R"({"strategy":"split"})"),
                 record::Compression::none);
    const auto stored = record::read(path);
    CHECK(record::text_of(stored, "fingerprint") == R"({"strategy":"split"})");
    Progress second(toy.game);
    worker::restore(stored, toy.game, second);
    CHECK(second.step == 3);
    CHECK(second.updates == 6);
    step(toy, second, 4);
    CHECK(all_of(second).equal(all_of(straight)));
  }
}

TEST_CASE("snapshot: one that lacks a tensor or has another size is refused by name") {
  ToyGame toy;
  prepared(toy);
  Progress progress(toy.game);
  auto group = worker::snapshot(toy.game, progress, "{}");
  auto shorter = group;
  for (auto& variable : shorter.variables) {
    if (variable.name == "critic_0_linear_weight") std::get<std::vector<double>>(variable.values).pop_back();
  }
  CHECK_THROWS_WITH_AS(worker::restore(shorter, toy.game, progress),
                       "the snapshot's 'critic_0_linear_weight' has another size", Error);
  group.variables.erase(group.variables.begin() + 1);
  CHECK_THROWS_AS(worker::restore(group, toy.game, progress), Error);
}

TEST_CASE("recording: rows taken over from run.h5 make the same file again, later ones are cut") {
  ToyGame toy;
  prepared(toy);
  Progress progress(toy.game);
  worker::Recording recording;
  for (int i = 0; i < 6; ++i) {
    const auto row = train::macro_step(toy.game, progress, true);
    recording.add(toy.game, {progress.step, progress.updates, 0.5 * i, {.record = row}});
    measure::Evaluation evaluation;
    evaluation.step = progress.step;
    evaluation.points_shape = {2, 2};
    evaluation.points = {1, 2, 3, static_cast<float>(i)};
    if (i % 2 == 1) recording.add(evaluation);
  }
  recording.add_event(3, "note", "something");
  const record::MarkedStatus status{"running", "", 6, "id", "cell", "sweep", "label", 1, "{}"};
  const auto group = recording.group(status, "{}", "{}", {});
  worker::Recording again;
  again.take_over(group, {1, 2, 6, 6}, {});
  const auto train = [](const record::Group& g) { return g.groups[0].variables; };
  const auto before = train(group), after = train(again.group(status, "{}", "{}", {}));
  REQUIRE(before.size() == after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (const auto* steps = std::get_if<std::vector<std::int32_t>>(&before[i].values)) {
      CHECK(*steps == std::get<std::vector<std::int32_t>>(after[i].values));
    } else if (before[i].name == "critic_loss" || before[i].name == "seconds") {
      CHECK(std::get<std::vector<double>>(before[i].values) ==
            std::get<std::vector<double>>(after[i].values));
    }
  }
  worker::Recording cut;
  cut.take_over_history(group);
  cut.take_over(group, {1, 2, 3, 6}, {});
  const auto shorter = cut.group(status, "{}", "{}", {});
  CHECK(shorter.groups[0].dimensions[0].length == 3);
  CHECK(shorter.groups[1].dimensions[0].length == 1);  // of the evaluations at 2, 4 and 6
  CHECK(shorter.groups[2].dimensions[0].length == 1);  // events are history, not state
  worker::Recording longer;  // what a run of six steps had at its end is not in a longer one
  longer.take_over(group, {4, 4, 6, 12}, {});
  CHECK(std::get<std::vector<std::int32_t>>(
            longer.group(status, "{}", "{}", {}).groups[0].variables[0].values) ==
        std::vector<std::int32_t>{4});
}

}  // namespace snapshot_test
