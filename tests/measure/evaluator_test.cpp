#include "measure/evaluator.h"

#include <doctest/doctest.h>
#include <monge/error.h>

#include <atomic>
#include <string>
#include <thread>

#include "measure/samples.h"
#include "toy_game.h"
#include "train/calling.h"
#include "train/step.h"

namespace evaluator_test {

using namespace toy;

namespace {

struct Spread final : Metric {
  static void describe(Describe<Spread>& d) {
    d.doc("moments");
    d.value("mean", "1", "mean of the fakes", "none");
    d.value("noise", "1", "a draw", "none");
  }
  void measure(const Snapshot& s, Values& values) const override {
    values.set("mean", s.fake.mean().item<double>());
    values.set("noise", s.draw.uniform({}).item<double>());
  }
};

struct Forgetful final : Metric {
  static void describe(Describe<Forgetful>& d) {
    d.doc("declares and does not set");
    d.value("nothing", "1", "never set");
  }
  void measure(const Snapshot&, Values&) const override {}
};

struct Thrower final : Metric {
  static void describe(Describe<Thrower>& d) { d.doc("throws"); }
  void measure(const Snapshot&, Values&) const override { throw std::runtime_error("no idea"); }
};

std::atomic<int> attempts = 0;

template <int failures>
struct Crowded final : Metric {
  static void describe(Describe<Crowded>& d) {
    d.doc("finds no memory at first");
    d.value("mean", "1", "mean of the fakes", "none");
  }
  void measure(const Snapshot& s, Values& values) const override {
    if (++attempts <= failures) TORCH_CHECK_WITH(OutOfMemoryError, false, "no room");
    values.set("mean", s.fake.mean().item<double>());
  }
};

std::atomic<bool> released = false;

struct Waiter final : Metric {
  static void describe(Describe<Waiter>& d) { d.doc("never returns, unless it is released"); }
  void measure(const Snapshot&, Values&) const override {
    while (!released) std::this_thread::yield();
  }
};

template <class T>
measure::EvaluationSettings settings(ToyGame& toy) {
  measure::EvaluationSettings made;
  made.samples = 32;
  toy.libraries.push_back(library<T>("toy"));
  made.metrics.push_back({toy.libraries.back().get(), std::make_unique<T>()});
  return made;
}

}  // namespace

TEST_CASE("evaluator: in another thread, in order, the numbers of a direct call") {
  ToyGame toy;
  const auto made = settings<Spread>(toy);
  train::Progress progress(toy.game);
  measure::Evaluator evaluator(toy.game, made);
  std::vector<measure::Evaluation> direct;
  for (int i = 0; i < 3; ++i) {
    train::macro_step(toy.game, progress, false);
    direct.push_back(measure::evaluate(toy.game, made, measure::copies_of(toy.game, progress, made)));
    evaluator.submit(measure::copies_of(toy.game, progress, made));
  }
  const auto results = evaluator.drain();
  REQUIRE(results.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(results[i].step == direct[i].step);
    CHECK(results[i].values == direct[i].values);
    CHECK(results[i].points == direct[i].points);
    CHECK(results[i].points_shape == std::vector<std::int64_t>{1024, 2});
  }
  CHECK(results[0].values.at("noise") != results[1].values.at("noise"));
  CHECK(evaluator.drain().empty());
}

TEST_CASE("evaluator: an audit is the copies' own, whatever training does meanwhile") {
  ToyGame toy;
  auto made = settings<Spread>(toy);
  CHECK_FALSE(measure::copies_of(toy.game, train::Progress(toy.game), made).critic.flat.defined());
  made.audited = true;
  train::Progress progress(toy.game);
  train::macro_step(toy.game, progress, false);
  const auto copies = measure::copies_of(toy.game, progress, made);
  const auto before = measure::evaluate(toy.game, made, copies);
  train::macro_step(toy.game, progress, false);
  const auto after = measure::evaluate(toy.game, made, copies);
  CHECK(before.values.contains("mean"));
  CHECK(before.values.at("audit_gap_test") == after.values.at("audit_gap_test"));
  CHECK(before.values.at("audit_slope_between_histogram") ==
        after.values.at("audit_slope_between_histogram"));
  CHECK(before.values.at("audit_generator_gradient_norm") ==
        after.values.at("audit_generator_gradient_norm"));
}

TEST_CASE("evaluator: what a metric does wrong is thrown by drain, with its name") {
  ToyGame toy;
  const auto throwing = settings<Thrower>(toy);
  train::Progress progress(toy.game);
  {
    measure::Evaluator evaluator(toy.game, throwing);
    train::macro_step(toy.game, progress, false);
    evaluator.submit(measure::copies_of(toy.game, progress, throwing));
    CHECK_THROWS_WITH_AS(evaluator.drain(), "in metric/toy: no idea (evaluation at step 1)",
                         train::PluginFault);
  }
  const auto forgetful = settings<Forgetful>(toy);
  CHECK_THROWS_WITH_AS(
      measure::evaluate(toy.game, forgetful, measure::copies_of(toy.game, progress, forgetful)),
      "in metric/toy: it declares the value 'nothing' but did not set it", train::PluginFault);
}

TEST_CASE("evaluator: an evaluation that lacks memory is tried once more, in its turn") {
  ToyGame toy;
  const train::Progress progress(toy.game);
  const auto attempt = [&](const measure::EvaluationSettings& made) {
    attempts = 0;
    measure::Evaluator evaluator(toy.game, made);
    evaluator.submit(measure::copies_of(toy.game, progress, made));
    return evaluator.drain();
  };
  const auto once = attempt(settings<Crowded<1>>(toy)), calm = attempt(settings<Crowded<0>>(toy));
  REQUIRE(once.size() == 1);
  CHECK(once[0].values == calm[0].values);
  CHECK_THROWS_WITH_AS(attempt(settings<Crowded<2>>(toy)), doctest::Contains("no room"),
                       c10::OutOfMemoryError);
}

TEST_CASE("evaluator: who waits for a metric is told which it is") {
  ToyGame toy;
  const auto waiting = settings<Waiter>(toy);
  train::Progress progress(toy.game);
  measure::Evaluator evaluator(toy.game, waiting);
  CHECK(evaluator.in() == nullptr);
  evaluator.submit(measure::copies_of(toy.game, progress, waiting));
  while (evaluator.in() == nullptr || std::string(evaluator.in()) != "metric/toy") std::this_thread::yield();
  CHECK_FALSE(evaluator.wait_below(1, 0.01));
  released = true;
  evaluator.drain();
  CHECK(evaluator.in() == nullptr);
}

TEST_CASE("evaluator: an end in the middle of work waits for it and leaks nothing") {
  ToyGame toy;
  const auto made = settings<Spread>(toy);
  train::Progress progress(toy.game);
  measure::Evaluator evaluator(toy.game, made);
  for (int i = 0; i < 5; ++i) evaluator.submit(measure::copies_of(toy.game, progress, made));
}

TEST_CASE("samples: held-out ones are the same at every evaluation, and too many are refused") {
  ToyGame toy;
  CHECK(measure::held_out(toy.game, 10).x.equal(measure::held_out(toy.game, 10).x));
  CHECK_THROWS_AS(measure::held_out(toy.game, 65), Error);
}

TEST_CASE("image grid: 8 by 8 with a frame of two pixels") {
  auto samples = at::full({64, 1, 4, 4}, -1.0);
  samples[9].fill_(1.0);  // second row, second column
  const auto grid = measure::image_grid(samples, Range::symmetric);
  CHECK(grid.sizes() == at::IntArrayRef({50, 50, 1}));
  CHECK(grid[8][8][0].item<int>() == 255);
  CHECK(grid[11][11][0].item<int>() == 255);
  CHECK(grid.to(at::kLong).sum().item<std::int64_t>() == 16 * 255);
}

TEST_CASE("image grid: three channels are colours, of two or four the first is shown") {
  for (const std::int64_t channels : {2, 3, 4}) {
    auto samples = at::zeros({8, channels, 4, 4});
    samples.select(1, 0).fill_(1.0);
    const auto grid = measure::image_grid(samples, Range::unit);
    CHECK(grid.size(2) == (channels == 3 ? 3 : 1));
    CHECK(grid.select(2, 0).to(at::kLong).sum().item<std::int64_t>() == 8 * 16 * 255);
  }
}

TEST_CASE("image grid: of a conditional generator a row for each class that the data have") {
  ToyGame toy;
  toy.game.problem = {{1, 4, 4}, 3, 3, Range::symmetric};
  // The embedding alone decides: all pixels of a class are the class' number over 2.
  toy.game.generator = std::make_unique<train::Network>(
      "generator", Layers{embed_label(1), linear(16).bias(false), reshape({1, 4, 4})}, Shape{3},
      Shape{1, 4, 4}, 3);
  train::Arena arena(*toy.game.generator, toy.game.options);
  for (std::size_t i = 0; i < arena.values.size(); ++i) {
    auto& value = arena.values[i];
    if (value.size(0) == 3)
      value.copy_(at::arange(3, value.options()).view({3, 1}) - 1);  // classes -1, 0, 1
    else
      value.zero_().narrow(1, 3, 1).fill_(1);  // the fourth input is the embedding
  }
  const auto place = at::arange(64);
  const std::vector<std::pair<Tensor, std::vector<int>>> labelled = {{place % 3, {0, 128, 255}},
                                                                     {place % 2 * 2, {0, 255}}};
  for (const auto& [label, shades] : labelled) {
    toy.samples.train_label = label;
    measure::Evaluation result;
    measure::add_samples(toy.game, arena, result);
    const auto rows = static_cast<std::int64_t>(shades.size());
    REQUIRE(result.image_shape == std::vector<std::int64_t>{rows * 6 + 2, 8 * 6 + 2, 1});
    for (std::size_t row = 0; row < shades.size(); ++row) {
      for (std::size_t column = 0; column < 8; ++column)
        CHECK(result.image[(2 + 6 * row) * 50 + 2 + 6 * column] == shades[row]);
    }
  }
}

}  // namespace evaluator_test
