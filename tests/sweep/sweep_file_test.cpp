#include "sweep/sweep_file.h"

#include <limits>

#include "fixture.h"
#include "sweep/toml_text.h"
#include "sweep/value.h"

namespace sweep_file_test {

using namespace monge;
using namespace monge::sweep;
using fixture::resolved;
using fixture::small;

namespace {

void check_equal(const record::Plan& a, const record::Plan& b) {
  CHECK(a.name == b.name);
  CHECK(a.question == b.question);
  CHECK(a.primary_metric == b.primary_metric);
  CHECK(a.primary_goal == b.primary_goal);
  CHECK(a.seeds == b.seeds);
  CHECK(a.full_product == b.full_product);
  REQUIRE(a.axes.size() == b.axes.size());
  for (std::size_t i = 0; i < a.axes.size(); ++i) {
    CHECK(a.axes[i].key == b.axes[i].key);
    CHECK(a.axes[i].name == b.axes[i].name);
    CHECK(Json(a.axes[i].values).dump() == Json(b.axes[i].values).dump());  // 10 and 10.0 differ
  }
  REQUIRE(a.runs.size() == b.runs.size());
  for (std::size_t i = 0; i < a.runs.size(); ++i) {
    CHECK(a.runs[i].id == b.runs[i].id);
    CHECK(a.runs[i].cell_id == b.runs[i].cell_id);
    CHECK(a.runs[i].label == b.runs[i].label);
    CHECK(a.runs[i].cell == b.runs[i].cell);
    CHECK(a.runs[i].seed == b.runs[i].seed);
    CHECK(Json(a.runs[i].coordinates).dump() == Json(b.runs[i].coordinates).dump());
  }
}

}  // namespace

TEST_CASE("sweep file: the plan reads back as it was, types of coordinates included") {
  const Experiment experiment =
      resolved("# Is \"this\" a question?\n" + small() +
                   "[grid]\nenforcer = ['none', 'clip']\n\"enforcer.bound\" = [1, 10.0]\n\"train.warm_up\" = "
                   "[true, false]\n"
                   "\"train.latent\" = [2, 3]\n",
               {{"enforcer={plugin='clip'}"}, {"optimizer.learning_rate=1e-5,1e-3"}, "", "3"});
  const Json provenance = {{"command", {"runner", "sweep", "a b.toml"}},
                           {"patch", "line\nof \"text\" \\ \x7f \xff"},
                           {"nothing", nullptr},
                           {"host", {{"name", "x"}, {"cores", 2}, {"load", 0.5}}}};
  const fixture::Scratch folder;
  const auto file = folder.write("sweep.toml", sweep_file(experiment, provenance));
  check_equal(read_plan(file), plan(experiment));
}

TEST_CASE("sweep file: zips, conditional axes, rows and stop rules read back as they were") {
  const Experiment experiment =
      resolve(read_experiment(fixture::source / "tests/sweep/language.toml", {}), fixture::catalogue());
  const fixture::Scratch folder;
  const std::string text = sweep_file(experiment, Json::object());
  check_equal(read_plan(folder.write("sweep.toml", text)), plan(experiment));
  CHECK(text.find("rule = [\"any\", [\">\", \"critic_loss\", 1000000.0]") != std::string::npos);
  CHECK(text.find("label = \"paper\"") != std::string::npos);
}

TEST_CASE("sweep file: a cell without an axis's key has none in the file either") {
  Experiment experiment = resolved(small() + "[grid]\n\"train.latent\" = [2, 3]\n");
  experiment.cells[1].coordinates[0] = nullptr;
  const fixture::Scratch folder;
  const record::Plan read = read_plan(folder.write("sweep.toml", sweep_file(experiment, Json::object())));
  CHECK(read.runs[1].coordinates[0].is_null());
}

TEST_CASE("sweep file: settings that all cells share are written once") {
  const std::string text =
      sweep_file(resolved(small() + "[grid]\nloss = ['bce', 'wasserstein']\n"), Json::object());
  CHECK(text.find("\ntrain.batch_size = 64\n") != std::string::npos);
  CHECK(text.find("\nsettings = { \"loss.generator\" = \"non_saturating\", \"loss.plugin\" = \"bce\" }\n") !=
        std::string::npos);
  CHECK(text.find("\"train.") == std::string::npos);
}

TEST_CASE("sweep file: damage and newer formats are storage faults with their place") {
  const fixture::Scratch folder;
  const std::string good = sweep_file(resolved(small()), Json::object());
  const auto fault = [&](const std::string& text) {
    try {
      read_plan(folder.write("sweep.toml", text));
      return std::string();
    } catch (const Error& error) {
      CHECK(error.exit() == Exit::storage);
      return std::string(error.what());
    }
  };
  CHECK(fault(good).empty());
  CHECK(fault("format = 2\n").find("format 2 is newer") != std::string::npos);
  CHECK(fault("").find("'format' is missing") != std::string::npos);
  CHECK(fault(good.substr(0, good.size() / 2)) != "");
  std::string no_id = good;
  no_id.replace(no_id.find("\nid = "), 6, "\nxd = ");
  CHECK(fault(no_id).find("'id' is missing") != std::string::npos);
  std::string bad_seed = good;
  bad_seed.replace(bad_seed.find("seeds = [1]"), 11, "seeds = [x]");
  CHECK_FALSE(fault(bad_seed).empty());
  CHECK_THROWS_AS(read_plan(folder.path() / "none.toml"), Error);
}

TEST_CASE("sweep file: one that lost its end at the end of a line is not believed") {
  const fixture::Scratch folder;
  const std::string good = sweep_file(resolved(small() + "[grid]\n\"train.latent\" = [2, 3, 4]\n"), {});
  const auto cells_of = [&](const std::string& text) {
    return read_plan(folder.write("sweep.toml", text)).runs.size();  // of one seed
  };
  CHECK(cells_of(good) == 3);
  std::size_t believed = 0;
  for (std::size_t end = good.find('\n'); end + 1 < good.size(); end = good.find('\n', end + 1)) {
    try {
      believed += cells_of(good.substr(0, end + 1)) == 3 ? 1 : 100;
    } catch (const Error& error) {
      CHECK(error.exit() == Exit::storage);
    }
  }
  CHECK(believed <= 1);  // all but what `collect` does not read, the last cell's settings
  const std::size_t last = good.rfind("\n[[cell]]");
  CHECK_THROWS_WITH_AS(
      cells_of(good.substr(0, last)),
      ((folder.path() / "sweep.toml").string() + ":6:9: 'cells' is 3, and the file has 2 [[cell]]: it is not "
                                                 "whole; give `runner sweep` again, it writes "
                                                 "the file anew")
          .c_str(),
      Error);
  std::string earlier = good.substr(0, last);
  earlier.erase(earlier.find("cells = 3\n"), 10);
  CHECK(cells_of(earlier) == 2);  // of a version that did not write it
}

TEST_CASE("toml text: values read back as they were") {
  const Json values = {{"int", 3},
                       {"real", 10.0},
                       {"small", 1e-300},
                       {"text", "a\"\\\n\x01\x7f"},
                       {"yes", true},
                       {"list", {1, 2}},
                       {"table", {{"a b", {{"c", 1}}}}},
                       {"empty", Json::object()},
                       {"none", Json::array()}};
  const Value read = parse_toml("x = " + toml_value(values), "f");
  CHECK(plain(read.fields[0].value).dump() == values.dump());
  CHECK(toml_value(std::numeric_limits<std::uint64_t>::max()) == "\"18446744073709551615\"");
  CHECK(toml_value(std::numeric_limits<double>::quiet_NaN()) == "nan");
  CHECK(toml_value(nullptr) == "\"\"");
  CHECK(toml_key("a.b") == "\"a.b\"");
}

}  // namespace sweep_file_test
