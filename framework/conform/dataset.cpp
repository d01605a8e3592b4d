// What the host relies on in a data set. Where its files are not on this machine, nothing can be said of it.
//
// What must not leak is the held-out split: samples of it among those for training make every metric look
// better than it is.
#include <monge/error.h>

#include <set>

#include "conform/common.h"
#include "conform/kinds.h"
#include "conform/scalar.h"
#include "train/data_set.h"
#include "train/game.h"

namespace monge::conform {
namespace {

using DatasetSubject = Subject<Dataset>;

Samples load(const DatasetSubject& subject, Draw& draw) {
  try {
    return subject->load({train::data_folders(subject.plugin.library->name), draw});
  } catch (const Error& error) {
    throw Spared(std::string("it cannot be loaded here: ") + error.what());
  }
}

Samples load(const DatasetSubject& subject) {
  auto draw = train::Draws(0, train::Purpose::dataset, 0, at::kFloat);
  return load(subject, draw);
}

Functions functions_of(const DatasetSubject& subject) {
  return {{"load", [](std::uint64_t) { return Tensors(); },
           [&subject](const Tensors&, Draw& draw) {
             const Samples s = load(subject, draw);
             return Tensors{s.train, s.test, s.train_label, s.test_label,
                            s.modes, s.fake, s.fake_test,   s.fake_test_slope};
           }}};
}

std::string fault_of(const Samples& samples) {
  try {
    train::checked_classes(samples, "it");
  } catch (const Error& error) {
    return std::string(error.what()).substr(4);  // without "it: "
  }
  return "";
}

std::string usable(const DatasetSubject& subject) { return fault_of(load(subject)); }

// For checks of what they hold.
Samples usable_samples(const DatasetSubject& subject) {
  Samples samples = load(subject);
  if (!fault_of(samples).empty()) throw Spared("its samples cannot be used");
  return samples;
}

std::string in_range(const DatasetSubject& subject) {
  const Samples samples = usable_samples(subject);
  for (const auto& [name, part] : {std::pair{"training", samples.train}, {"held-out", samples.test}}) {
    if (part.scalar_type() == at::kByte) continue;
    if (!finite(part)) return std::string("its ") + name + " samples are not all finite";
    const double least = part.min().item<double>(), most = part.max().item<double>();
    const double floor = samples.range == Range::unit ? 0 : -1;
    if (samples.range != Range::unbounded && (least < floor || most > 1)) {
      return std::string("its ") + name + " samples reach from " + std::to_string(least) + " to " +
             std::to_string(most) + ", beyond the range that it names";
    }
  }
  return "";
}

std::string bytes_of(const Tensor& sample) {
  const Tensor flat = sample.contiguous();
  return {static_cast<const char*>(flat.const_data_ptr()), flat.nbytes()};
}

std::string held_out(const DatasetSubject& subject) {
  const Samples samples = usable_samples(subject);
  std::set<std::size_t> seen;
  const auto hash = [](const Tensor& sample) { return std::hash<std::string>()(bytes_of(sample)); };
  for (std::int64_t i = 0; i < samples.train.size(0); ++i) seen.insert(hash(samples.train[i]));
  std::int64_t shared = 0;
  for (std::int64_t i = 0; i < samples.test.size(0); ++i)
    shared += seen.contains(hash(samples.test[i])) ? 1 : 0;
  const double share = static_cast<double>(shared) / static_cast<double>(samples.test.size(0));
  constexpr double kTwins = 0.1;  // published data sets have some
  return share <= kTwins ? ""
                         : std::to_string(shared) + " of its " + std::to_string(samples.test.size(0)) +
                               " held-out samples are training samples, too";
}

// `count` samples from all over the split, as points, and their labels.
std::pair<Tensor, Tensor> spread(const Tensor& samples, const Tensor& labels, std::int64_t count) {
  auto draw = draws(3);
  const Tensor index = draw.index({std::min(count, samples.size(0))}, samples.size(0));
  return {train::normalised(samples.index_select(0, index), at::kFloat).flatten(1),
          labels.index_select(0, index)};
}

// The nearest neighbour's label must be right more often than by chance.
std::string labels_in_step(const DatasetSubject& subject) {
  const Samples samples = usable_samples(subject);
  if (!samples.train_label.defined()) throw Spared("it has no labels");
  const std::int64_t classes = train::checked_classes(samples, "it");
  if (classes < 2) throw Spared("it has one class only");
  const auto [known, label] = spread(samples.train, samples.train_label, 2000);
  const auto [asked, truth] = spread(samples.test, samples.test_label, 1000);
  const Tensor guess = label.index_select(0, at::cdist(asked, known).argmin(1));
  const double hits = guess.eq(truth).to(at::kDouble).mean().item<double>();
  const auto shares = [&](const Tensor& labels) {
    return at::bincount(labels, {}, classes).to(at::kDouble) / labels.size(0);
  };
  const double chance = (shares(guess) * shares(truth)).sum().item<double>();
  const double deviation = std::sqrt(chance * (1 - chance) / static_cast<double>(truth.size(0)));
  return hits > chance + 3 * deviation
             ? ""
             : "the labels of held-out samples agree with those of the training samples nearest to them no "
               "more "
               "often than by chance (" +
                   std::to_string(hits) + "): they are out of step with the samples";
}

std::string modes(const DatasetSubject& subject) {
  const Samples samples = usable_samples(subject);
  if (!samples.modes.defined()) throw Spared("it knows no modes");
  const Tensor points = samples.test.flatten(1).to(at::kDouble);
  const Tensor nearest = at::cdist(points, samples.modes.to(at::kDouble)).amin(1);
  const double reach = (std::sqrt(static_cast<double>(points.size(1))) + 3) * samples.mode_sigma;
  const double share = nearest.le(reach).to(at::kDouble).mean().item<double>();
  return share > 0.5 ? "" : "only " + std::to_string(share) + " of its samples lie near one of its modes";
}

}  // namespace

Checks<Dataset> dataset_checks() {
  Checks<Dataset> checks{
      {"samples", "shapes, types and labels are what the host indexes with", usable},
      {"range", "the generator's last activation follows from the range that it names", in_range},
      {"held out", "metrics are measured on samples that were never trained on", held_out},
      {"labels in step", "a conditional network learns from pairs of sample and label", labels_in_step},
      {"modes", "metrics count the modes that it names", modes},
  };
  const FunctionsOf<Dataset> functions = [](const DatasetSubject& s) { return functions_of(s); };
  add_purity<Dataset>(checks, functions);
  return checks;
}

}  // namespace monge::conform
