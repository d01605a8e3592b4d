// Modes reached and the share of good samples (Srivastava et al. 2017, VEEGAN, sec. 4.1; Lin et al. 2018,
// PacGAN, sec. 4), where the data's modes are known: as centres, or as classes of labelled images.
//
// Around centres a sample is good within three sigma, by radius, of the nearest one; a mode counts as reached
// when at least one sample lies within three sigma of it. True data of two dimensions has a share of
// 1 - exp(-9/2) = 98.89 %: one nearer to 100 % means collapsed variance, not better samples. Of classes every
// one that a sample is taken for is reached (of stacked MNIST 1,000), and a sample is good when the
// classifier is sure of it. A class that none of the real samples has, of which there are twenty times as
// many as classes or more, is no mode: samples that are taken for it count for quality alone. The histogram
// counts each sample for its nearest mode, good or not. True data are at mode_kl = (K - 1) / 2n on average
// where n is much larger than K.
#include "information.h"
#include "rows.h"

namespace {

using monge::Tensor;

struct Modes final : monge::Metric {
  double confidence = 0.9;

  static void describe(monge::Describe<Modes>& d) {
    d.doc("Modes reached, share of good samples, and how unevenly the modes are hit");
    d.paper(
        "Srivastava et al. (2017), VEEGAN, sec. 4.1, arXiv:1705.07761; Lin et al. (2018), PacGAN, "
        "arXiv:1712.04086");
    d.param("confidence", &Modes::confidence, "probability of its class from which an image is good")
        .range(0, 1);
    d.value("modes", "1", "modes with at least one generated sample within three sigma, or of that class",
            "max");
    d.value(
        "high_quality", "1",
        "share of generated samples within three sigma of the nearest mode (true in 2-D: 0.9889), or sure of "
        "their class",
        "max");
    d.value("mode_kl", "1", "KL, in nats, from the histogram of modes to the uniform one", "min");
    d.value("mode_js", "1", "JS divergence, in nats, of the histogram of modes and the uniform one", "min");
    d.reads_features();
  }

  void measure(const Snapshot& snapshot, Values& values) const override {
    if (snapshot.modes.defined() && snapshot.mode_sigma > 0) {
      around_centres(snapshot, values);
    } else if (snapshot.fake_features.probability.defined()) {
      of_classes(snapshot.fake_features.probability, snapshot.real_label, values);
    } else {
      throw monge::Error(
          monge::Exit::experiment,
          "metric 'modes' needs data with known modes, such as dataset 'ring', or labelled images "
          "and [evaluate] features = \"classifier\"; leave it out here");
    }
  }

 private:
  static void around_centres(const Snapshot& snapshot, Values& values) {
    const auto samples = snapshot.fake.to(at::kDouble).flatten(1);  // [n, D]
    const auto centres = snapshot.modes.to(samples.options());      // [M, D]
    const auto far = monge::plugins::distances(samples, centres);   // [n, M]
    const auto near = far <= 3 * snapshot.mode_sigma;
    values.set("modes", near.any(0).sum().item<double>());
    values.set("high_quality", near.any(1).to(at::kDouble).mean().item<double>());
    set_histogram(far.argmin(1), at::ones({centres.size(0)}, far.options().dtype(at::kBool)), values);
  }

  void of_classes(const Tensor& probability, const Tensor& real_label, Values& values) const {
    const auto [surest, label] = probability.to(at::kDouble).max(1);
    const auto there = classes_of(real_label, probability.size(1)).to(label.device());
    values.set("modes", (label.bincount({}, there.size(0)) > 0).logical_and(there).sum().item<double>());
    values.set("high_quality", (surest >= confidence).to(at::kDouble).mean().item<double>());
    set_histogram(label, there, values);
  }

  /// Which classes are in the data, [K]: all where that cannot be told. By chance each of K equal classes is
  /// missed once in e^20 such samples.
  static Tensor classes_of(const Tensor& real_label, std::int64_t count) {
    constexpr std::int64_t kEnough = 20;
    if (!real_label.defined() || real_label.size(0) < kEnough * count) return at::ones({count}, at::kBool);
    return real_label.bincount({}, count) > 0;
  }

  /// Of the modes that are `there`, [K]; not a number where no sample is of any.
  static void set_histogram(const Tensor& label, const Tensor& there, Values& values) {
    const auto count = label.bincount({}, there.size(0)).masked_select(there).to(at::kDouble);
    const auto share = count / count.sum(),
               uniform = at::full_like(share, 1.0 / static_cast<double>(share.size(0)));
    values.set("mode_kl", monge::plugins::kl_divergence(share, uniform).item<double>());
    values.set("mode_js", monge::plugins::js_divergence(share, uniform).item<double>());
  }
};

}  // namespace

MONGE_PLUGIN(Modes)
