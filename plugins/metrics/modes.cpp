// Modes reached and the share of good samples (Srivastava et al. 2017, VEEGAN, sec. 4.1), where the data's
// modes are known. A sample is good within three sigma, by radius, of the nearest mode; a mode counts as
// reached when at least one sample lies within three sigma of it (Lin et al. 2018, PacGAN). True data of two
// dimensions has a share of 1 - exp(-9/2) = 98.89 %: one nearer to 100 % means collapsed variance, not better
// samples.
#include <monge/error.h>
#include <monge/metric.h>

namespace {

struct Modes final : monge::Metric {
  static void describe(monge::Describe<Modes>& d) {
    d.doc("Modes reached and share of samples within three sigma of a mode, for data whose modes are known");
    d.paper(
        "Srivastava et al. (2017), VEEGAN, sec. 4.1, arXiv:1705.07761; Lin et al. (2018), PacGAN, "
        "arXiv:1712.04086");
    d.value("modes", "1", "modes with at least one generated sample within three sigma", "max");
    d.value("high_quality", "1",
            "share of generated samples within three sigma of the nearest mode; true in 2-D: 0.9889");
  }

  void measure(const Snapshot& snapshot, Values& values) const override {
    if (!snapshot.modes.defined() || snapshot.mode_sigma <= 0) {
      throw monge::Error(
          monge::Exit::experiment,
          "metric 'modes' needs data with known modes, such as dataset 'ring'; leave it out here");
    }
    const auto samples = snapshot.fake.to(at::kDouble).flatten(1);             // [n, D]
    const auto centres = snapshot.modes.to(samples.options());                 // [M, D]
    const auto near = at::cdist(samples, centres) <= 3 * snapshot.mode_sigma;  // [n, M]
    values.set("modes", near.any(0).sum().item<double>());
    values.set("high_quality", near.any(1).to(at::kDouble).mean().item<double>());
  }
};

}  // namespace

MONGE_PLUGIN(Modes)
