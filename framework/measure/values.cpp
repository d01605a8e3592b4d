#include "measure/values.h"

#include <limits>
#include <sstream>

#include "train/calling.h"

namespace monge::measure {
namespace {

using train::Draws;
using train::Purpose;
using Bound = plugin::Bound<Metric>;
using Found = std::map<std::string, std::vector<double>>;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

bool has_floor(const Schema& schema) {
  for (const auto& value : schema.values) {
    if (!value.floor_of.empty()) return true;
  }
  return false;
}

// A tensor counts what is written to it and to its views.
std::vector<std::uint32_t> writes_to(const Snapshot& s) {
  std::vector<std::uint32_t> writes;
  for (const Tensor& tensor : {s.real, s.fake, s.real_label, s.fake_label, s.modes, s.real_features.x,
                               s.real_features.probability, s.fake_features.x, s.fake_features.probability}) {
    writes.push_back(tensor.defined() ? tensor._version() : 0);
  }
  return writes;
}

Found measured(const Bound& metric, const Snapshot& snapshot) {
  Values values;
  const auto before = writes_to(snapshot);
  train::calling(metric.key(), "measure", [&] { metric->measure(snapshot, values); });
  if (writes_to(snapshot) != before) {
    throw train::PluginFault("in " + metric.key() +
                             ": measure() changes the tensors that it is handed, which the other metrics "
                             "read, too; write to a clone() of them");
  }
  Found result;
  for (const auto& reported : metric.schema().values) {
    if (!reported.floor_of.empty()) continue;
    const auto found = values.all().find(reported.name);
    if (found == values.all().end()) {
      throw train::PluginFault("in " + metric.key() + ": it declares the value '" + reported.name +
                               "' but did not set it");
    }
    if (reported.dims.empty() && found->second.size() != 1) {
      throw train::PluginFault("in " + metric.key() + ": its value '" + reported.name +
                               "' is one number, but it set " + std::to_string(found->second.size()));
    }
    result[reported.name] = found->second;
  }
  for (const auto& [name, numbers] : values.all()) {
    if (result.contains(name)) continue;
    throw train::PluginFault("in " + metric.key() + ": it set the value '" + name +
                             "', which it does not declare");
  }
  return result;
}

// How many of `n` samples it uses.
std::int64_t used_of(const Bound& metric, std::int64_t n, bool at_end) {
  const auto used = train::calling(metric.key(), "samples", [&] { return metric->samples(n, at_end); });
  if (used >= 1 && used <= n) return used;
  throw train::PluginFault("in " + metric.key() + ": samples(" + std::to_string(n) + ") gives " +
                           std::to_string(used) + "; use 1 to n");
}

/// Two samples and what is known of them; their features are made when the first metric reads some.
class Situation {
 public:
  Situation(const train::Game& game, const EvaluationSettings& settings, train::Batch real, train::Batch fake,
            bool at_end)
      : game_(game), settings_(settings), real_(std::move(real)), fake_(std::move(fake)), at_end_(at_end) {}

  Found values(const Bound& metric, std::uint64_t seed, std::uint64_t step) {
    Draws draws(seed, Purpose::metric, step, game_.options, train::stream_of(metric.key()));
    Snapshot snapshot{real_.x, fake_.x, real_.label, fake_.label, game_.data->modes, game_.data->mode_sigma,
                      draws};
    snapshot.at_end = at_end_;
    if (metric.schema().reads_features) {
      if (!real_features_.x.defined()) {
        real_features_ = features_of(settings_.extractor, real_.x);
        fake_features_ = features_of(settings_.extractor, fake_.x);
      }
      snapshot.real_features = real_features_;
      snapshot.fake_features = fake_features_;
    }
    return measured(metric, snapshot);
  }

 private:
  const train::Game& game_;
  const EvaluationSettings& settings_;
  train::Batch real_, fake_;
  bool at_end_;
  Features real_features_, fake_features_;
};

// All that a floor depends on, beside the data set, whose cache this is a key in.
std::string floor_key(const train::Game& game, const EvaluationSettings& settings, const Bound& metric,
                      std::int64_t samples, bool at_end) {
  std::ostringstream key;
  key << metric.key() << metric.table << samples << at_end << game.settings.precision;
  if (metric.schema().reads_features) key << settings.extractor.name << settings.extractor.hash;
  return key.str();
}

bool has_two(const train::Game& game, std::int64_t samples) { return game.data->test.size(0) >= 2 * samples; }

// The metric between two held-out samples: disjoint, or the same where there are too few.
Found between_real(const train::Game& game, const EvaluationSettings& settings, const Bound& metric,
                   std::int64_t samples, bool at_end) {
  const auto compute = [&] {
    auto [one, other] = has_two(game, samples) ? held_out_twice(game, samples)
                                               : std::pair{held_out(game, samples), held_out(game, samples)};
    return Situation(game, settings, std::move(one), std::move(other), at_end).values(metric, 0, 0);
  };
  if (settings.floors == nullptr) return compute();
  const std::lock_guard lock(settings.floors->mutex);
  auto& known = settings.floors->known;
  const std::string key = floor_key(game, settings, metric, samples, at_end);
  if (!known.contains(key)) known.emplace(key, compute());
  return known.at(key);
}

}  // namespace

void add_values(const train::Game& game, const EvaluationSettings& settings, const Compared& compared,
                bool at_end, Evaluation& result) {
  const std::int64_t samples = compared.real.x.size(0);
  const std::string suffix = at_end ? kFinal : "";
  Situation situation(game, settings, compared.real, compared.fake, at_end);
  for (const auto& metric : settings.metrics) {
    const Found found = situation.values(metric, game.seed, static_cast<std::uint64_t>(result.step));
    const bool floored = has_floor(metric.schema()) && has_two(game, samples);
    const Found floor = floored ? between_real(game, settings, metric, samples, at_end) : Found();
    for (const auto& reported : metric.schema().values) {
      auto& value = result.values[reported.name + suffix];
      if (reported.floor_of.empty())
        value = found.at(reported.name);
      else
        value = floor.empty() ? std::vector<double>{kNone} : floor.at(reported.floor_of);
    }
  }
}

void check_lengths(const EvaluationSettings& settings, const Evaluation& before, const Evaluation& now) {
  for (const auto& metric : settings.metrics) {
    for (const auto& reported : metric.schema().values) {
      const auto then = before.values.find(reported.name), found = now.values.find(reported.name);
      if (then == before.values.end() || found == now.values.end()) continue;
      if (then->second.size() == found->second.size()) continue;
      throw train::PluginFault("in " + metric.key() + ": its list '" + reported.name + "' has " +
                               std::to_string(found->second.size()) + " numbers at step " +
                               std::to_string(now.step) + " and " + std::to_string(then->second.size()) +
                               " at step " + std::to_string(before.step) +
                               "; a list has one length in all evaluations of a run");
    }
  }
}

void rehearse(const train::Game& game, const EvaluationSettings& settings, const Bound& metric) {
  used_of(metric, settings.samples, /*at_end=*/false);
  between_real(game, settings, metric, settings.samples, /*at_end=*/false);
}

void clear_final_values(const EvaluationSettings& settings, Evaluation& result) {
  if (settings.final_samples == 0) return;
  for (const auto& metric : settings.metrics) {
    for (const auto& reported : metric.schema().values) {
      if (reported.dims.empty()) result.values[reported.name + kFinal] = {kNone};
    }
  }
}

std::vector<Recorded> recorded_values(const EvaluationSettings& settings) {
  std::vector<Recorded> all;
  for (const bool at_end : {false, true}) {
    const std::int64_t samples = at_end ? settings.final_samples : settings.samples;
    if (samples == 0) continue;
    for (const auto& metric : settings.metrics) {
      for (const auto& reported : metric.schema().values) {
        // A list's length is known only once it has been measured.
        if (at_end && !reported.dims.empty()) continue;
        all.push_back({reported.name + (at_end ? kFinal : ""), &reported, metric.table.dump(),
                       used_of(metric, samples, at_end),
                       metric.schema().reads_features ? &settings.extractor : nullptr});
      }
    }
  }
  return all;
}

}  // namespace monge::measure
