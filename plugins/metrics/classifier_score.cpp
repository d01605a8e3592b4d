// Inception score with any classifier (Salimans et al. 2016, sec. 4): exp E KL(p(class | x) || p(class)),
// from 1 to the number of classes. It says that samples are told apart with confidence and that all classes
// occur; not that they look like the data. One value over all samples: random splits usually lower it.
#include "information.h"
#include "rows.h"

namespace {

struct ClassifierScore final : monge::Metric {
  static void describe(monge::Describe<ClassifierScore>& d) {
    d.doc("Confidence and variety of a classifier on generated samples (the Inception score with Inception)");
    d.paper("Salimans et al. (2016), Improved techniques for training GANs, sec. 4, arXiv:1606.03498");
    d.value("classifier_score", "1", "exp of the mean KL from a sample's classes to those of all; 1 to K",
            "max");
    d.reads_features();
  }

  void measure(const Snapshot& snapshot, Values& values) const override {
    const auto p = monge::plugins::class_probability("classifier_score", snapshot);  // [n, K]
    const auto divergence = monge::plugins::kl_divergence(p, p.mean(0, true));
    values.set("classifier_score", divergence.mean().exp().item<double>());
  }
};

}  // namespace

MONGE_PLUGIN(ClassifierScore)
