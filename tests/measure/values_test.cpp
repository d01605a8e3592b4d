#include "measure/values.h"

#include <doctest/doctest.h>

#include <functional>

#include "measure/samples.h"
#include "toy_game.h"
#include "train/calling.h"
#include "train/step.h"

namespace values_test {

using namespace toy;
using measure::Evaluation;

namespace {

/// The distance of the means, which has a floor.
struct Means final : Metric {
  std::int64_t most = 10;
  static void describe(Describe<Means>& d) {
    d.doc("distance of the means of at most ten samples");
    d.param("samples", &Means::most, "at most");
    d.value("means", "1", "distance of the means", "min");
    d.floor("means");
    d.value("rows", "1", "number of rows of features");
    d.reads_features();
  }
  std::int64_t samples(std::int64_t n, bool at_end) const override { return at_end ? n : std::min(n, most); }
  void measure(const Snapshot& s, Values& values) const override {
    const auto n = samples(s.real.size(0), s.at_end);
    const auto mean = [n](const Tensor& x) { return x.narrow(0, 0, n).mean(0); };
    values.set("means", (mean(s.real) - mean(s.fake)).norm().item<double>());
    values.set("rows", static_cast<double>(s.fake_features.x.defined() ? s.fake_features.x.size(0) : 0));
  }
};

/// Writes to one of the tensors that it is handed, or to a copy.
struct Writer final : Metric {
  enum class Where { copy, samples, view, features } where = Where::copy;
  static void describe(Describe<Writer>& d) {
    d.doc("writes");
    d.value("written", "1", "nothing");
    d.reads_features();
  }
  void measure(const Snapshot& s, Values& values) const override {
    Tensor written = where == Where::features  ? s.fake_features.x
                     : where == Where::samples ? s.real
                     : where == Where::view    ? s.real.narrow(0, 0, 1)
                                               : s.real.clone();
    written.zero_();
    values.set("written", 0);
  }
};

/// A list that grows with every call, or a number of samples that there are not.
struct Odd final : Metric {
  mutable std::int64_t calls = 0;
  std::int64_t used = 1;
  static void describe(Describe<Odd>& d) {
    d.doc("odd");
    d.value("list", "1", "ones", "none", "bin");
  }
  std::int64_t samples(std::int64_t n, bool) const override { return used == 0 ? n + 5 : n; }
  void measure(const Snapshot&, Values& values) const override {
    values.set("list", std::vector<double>(static_cast<std::size_t>(++calls), 1.0));
  }
};

struct Measured {
  ToyGame toy;
  measure::Floors floors;
  measure::EvaluationSettings settings;

  explicit Measured(std::int64_t samples, std::int64_t final_samples = 0) {
    settings.samples = samples;
    settings.final_samples = final_samples;
    settings.floors = &floors;
    toy.libraries.push_back(library<Means>("means"));
    settings.metrics.push_back(
        {toy.libraries.back().get(), std::make_unique<Means>(), {{"plugin", "means"}}});
  }
  Evaluation at(std::int64_t step) {
    train::Progress progress(toy.game);
    progress.step = step;
    return measure::evaluate(toy.game, settings, measure::copies_of(toy.game, progress, settings));
  }
};

bool is_nan(const Evaluation& evaluation, const std::string& name) {
  return std::isnan(evaluation.values.at(name).at(0));
}

}  // namespace

TEST_CASE(
    "values: a floor is the metric between two disjoint held-out samples, the same for all seeds and steps") {
  Measured one(32), other(32);
  other.toy.game.seed = 99;
  const auto first = one.at(1), second = one.at(2), third = other.at(1);
  const double floor = first.values.at("means_floor").at(0);
  CHECK(floor > 0);
  CHECK(second.values.at("means_floor").at(0) == floor);
  CHECK(third.values.at("means_floor").at(0) == floor);
  CHECK(third.values.at("means") != first.values.at("means"));
  const auto [a, b] = measure::held_out_twice(one.toy.game, 32);
  const auto both = std::get<0>(at::cat({a.x, b.x}).select(1, 0).sort(0));
  const auto all = std::get<0>(one.toy.samples.test.to(at::kDouble).select(1, 0).sort(0));
  CHECK(both.equal(all));  // 64 are held out: each stands in one of the two
}

TEST_CASE("values: a floor is computed once for a data set and a number of samples") {
  Measured one(32, 20);
  one.at(1);
  REQUIRE(one.floors.known.size() == 1);
  one.floors.known.begin()->second.at("means") = {42};
  CHECK(one.at(2).values.at("means_floor").at(0) == 42);
  one.at(4);  // the last step
  CHECK(one.floors.known.size() == 2);
}

TEST_CASE("values: a rehearsal asks a metric before anything is trained, once for all runs of a data set") {
  Measured one(32);
  const auto rehearse = [&] { measure::rehearse(one.toy.game, one.settings, one.settings.metrics.back()); };
  rehearse();
  REQUIRE(one.floors.known.size() == 1);
  one.floors.known.begin()->second.at("means") = {42};
  rehearse();
  CHECK(one.at(1).values.at("means_floor").at(0) == 42);  // the floor that it has found
  one.settings.samples = 64;                              // all that are held out: against themselves
  rehearse();
  CHECK(one.floors.known.size() == 2);
  CHECK(is_nan(one.at(1), "means_floor"));

  one.toy.libraries.push_back(library<Writer>("writer"));
  one.settings.metrics.push_back({one.toy.libraries.back().get(), std::make_unique<Writer>()});
  CHECK_NOTHROW(rehearse());
  dynamic_cast<Writer&>(*one.settings.metrics.back().object).where = Writer::Where::samples;
  one.floors.known.clear();
  CHECK_THROWS_AS(rehearse(), train::PluginFault);
}

TEST_CASE("values: with fewer than twice as many held-out samples there is no floor") {
  Measured one(33);
  const auto evaluation = one.at(1);
  CHECK(is_nan(evaluation, "means_floor"));
  CHECK_FALSE(is_nan(evaluation, "means"));
}

TEST_CASE("values: the large evaluation comes after the last step, under names of its own") {
  Measured one(16, 30);
  const auto early = one.at(3), last = one.at(4);
  for (const char* name : {"means_final", "means_floor_final", "rows_final"}) {
    CHECK(is_nan(early, name));
    CHECK_FALSE(is_nan(last, name));
  }
  CHECK(last.values.at("rows").at(0) == 16);
  CHECK(last.values.at("rows_final").at(0) == 30);
  auto longer = last;  // of a run that goes on
  measure::clear_final_values(one.settings, longer);
  CHECK(is_nan(longer, "means_final"));
  CHECK(longer.values.at("means") == last.values.at("means"));
}

TEST_CASE("values: what is recorded says of how many samples, by which parameters, of which features") {
  Measured one(16, 30);
  const auto recorded = measure::recorded_values(one.settings);
  REQUIRE(recorded.size() == 6);
  CHECK(recorded[0].name == "means");
  CHECK(recorded[0].samples == 10);
  CHECK(recorded[0].definition == R"({"plugin":"means"})");
  CHECK(recorded[0].extractor->name == "pixels");
  CHECK(recorded[4].name == "means_floor_final");
  CHECK(recorded[4].samples == 30);
}

TEST_CASE("values: what nobody reads is not extracted") {
  Measured one(16);
  one.settings.extractor.extract = [](const Tensor&) -> Features { throw std::logic_error("asked for"); };
  CHECK_THROWS(one.at(1));
  one.toy.libraries.back()->schema.reads_features = false;
  CHECK(one.at(1).values.at("rows").at(0) == 0);
}

TEST_CASE("values: a metric that writes to what it is handed is refused: others read the same tensors") {
  using Where = Writer::Where;
  for (const Where where : {Where::copy, Where::samples, Where::view, Where::features}) {
    Measured one(16);
    one.toy.libraries.push_back(library<Writer>("writer"));
    auto writer = std::make_unique<Writer>();
    writer->where = where;
    one.settings.metrics.push_back({one.toy.libraries.back().get(), std::move(writer)});
    if (where == Where::copy)
      CHECK_NOTHROW(one.at(1));
    else
      CHECK_THROWS_WITH(one.at(1),
                        "in metric/writer: measure() changes the tensors that it is handed, which the other "
                        "metrics read, too; write to a clone() of them");
  }
}

TEST_CASE("values: a list has one length in all evaluations of a run") {
  Measured run(32);
  run.toy.libraries.push_back(library<Odd>("odd"));
  run.settings.metrics.clear();
  run.settings.metrics.push_back(
      {run.toy.libraries.back().get(), std::make_unique<Odd>(), {{"plugin", "odd"}}});
  const Evaluation first = run.at(1), second = run.at(2);
  measure::check_lengths(run.settings, first, first);
  CHECK_THROWS_WITH_AS(
      measure::check_lengths(run.settings, first, second),
      "in metric/odd: its list 'list' has 2 numbers at step 2 and 1 at step 1; a list has one "
      "length in all evaluations of a run",
      train::PluginFault);
}

TEST_CASE("values: a metric uses no more samples than there are") {
  Measured run(32);
  run.toy.libraries.push_back(library<Odd>("odd"));
  auto odd = std::make_unique<Odd>();
  odd->used = 0;
  run.settings.metrics.clear();
  run.settings.metrics.push_back({run.toy.libraries.back().get(), std::move(odd), {{"plugin", "odd"}}});
  for (const auto& act :
       {std::function<void()>([&] { measure::recorded_values(run.settings); }), std::function<void()>([&] {
          measure::rehearse(run.toy.game, run.settings, run.settings.metrics[0]);
        })})
    CHECK_THROWS_WITH_AS(act(), "in metric/odd: samples(32) gives 37; use 1 to n", train::PluginFault);
}

}  // namespace values_test
