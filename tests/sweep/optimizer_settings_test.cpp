// Schedules of the learning rate, decoupled weight decay and the moving average: settings that came later.
#include "fixture.h"
#include "sweep/identity.h"

namespace optimizer_settings_test {

using namespace monge;
using namespace monge::sweep;
using fixture::resolved;
using fixture::small;

namespace {

Json critic_of(const std::string& optimizer) {
  return resolved(small() + optimizer).cells.at(0).config["optimizer"]["critic"];
}

}  // namespace

TEST_CASE("schedule: every optimiser has one, and it may differ between the players") {
  for (const std::string kind : {"adam", "adamw", "rmsprop", "sgd"}) {
    CAPTURE(kind);
    const Json optimizer = resolved(small() + "[optimizer]\nkind = '" + kind +
                                    "'\nschedule = 'cosine'\nschedule_steps = 900\nwarm_up_steps = 10\n"
                                    "[optimizer.generator]\nschedule = 'linear'\nfinal_factor = 0.1\n")
                               .cells.at(0)
                               .config["optimizer"];
    CHECK(optimizer["critic"]["schedule"] == "cosine");
    CHECK(optimizer["critic"]["final_factor"] == 0.0);
    CHECK(optimizer["generator"]["schedule"] == "linear");
    CHECK(optimizer["generator"]["schedule_steps"] == 900);
    CHECK(optimizer["generator"]["final_factor"] == 0.1);
    CHECK(optimizer["generator"]["warm_up_steps"] == 10);
  }
}

TEST_CASE("schedule: a constant rate has no end, so settings of an end make no other run") {
  const Experiment experiment = resolved(small() +
                                         "[optimizer]\nschedule_steps = 900\nfinal_factor = 0.5\n"
                                         "[grid]\n\"optimizer.schedule\" = ['constant', 'cosine']\n");
  CHECK(experiment.cells[0].id == resolved(small()).cells[0].id);
  CHECK(experiment.cells[1].id != experiment.cells[0].id);
  CHECK(experiment.cells[1].config["optimizer"]["critic"]["final_factor"] == 0.5);
}

TEST_CASE("schedule: AdamW decays weights by 0.01 unless told otherwise") {
  CHECK(critic_of("[optimizer]\nkind = 'adamw'\n")["weight_decay"] == 0.01);
  CHECK(critic_of("[optimizer]\nkind = 'adamw'\nweight_decay = 0\n")["weight_decay"] == 0.0);
  CHECK_FALSE(critic_of("[optimizer]\nkind = 'adam'\n").contains("weight_decay"));
}

TEST_CASE("average: it is evaluated where the cell makes one") {
  const Experiment experiment = resolved(small() + "[grid]\n\"evaluate.weights\" = ['generator', 'ema']\n",
                                         {{"train.ema=0.999"}, {}, "", ""});
  CHECK(experiment.cells[1].config["train"]["ema"] == 0.999);
  CHECK(experiment.cells[0].id != experiment.cells[1].id);
}

TEST_CASE("identity: settings that came later leave it as it was while they are at their defaults") {
  const Json config = resolved(small()).cells.at(0).config;
  Json earlier = config;
  earlier["train"].erase("ema");
  earlier["train"].erase("deterministic");
  earlier["evaluate"].erase("weights");
  earlier["evaluate"].erase("audit");
  earlier.erase("detect");
  for (const char* player : {"critic", "generator"}) {
    for (const char* key : {"schedule", "schedule_steps", "final_factor", "warm_up_steps"})
      earlier["optimizer"][player].erase(key);
  }
  CHECK(cell_id(earlier) == cell_id(config));
  CHECK(run_id(earlier, 3) == run_id(config, 3));
  for (const char* key :
       {"train.ema=0.5", "train.deterministic=false", "optimizer.warm_up_steps=1",
        "optimizer.critic.warm_up_steps=1", "evaluate.audit=false", "detect.diverged_slope=1e3"}) {
    CAPTURE(key);
    CHECK(resolved(small(), {{key}, {}, "", ""}).cells.at(0).id != cell_id(config));
  }
}

}  // namespace optimizer_settings_test
