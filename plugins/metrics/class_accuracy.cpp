// Whether a conditional generator makes the class that it is asked for: GAN-test of Shmelkov et al. (2018,
// sec. 3), the accuracy on generated samples of a classifier trained on real ones. 1 / K by chance; above the
// classifier's accuracy on held-out real samples, generated ones are plainer than the data.
#include "rows.h"

namespace {

struct ClassAccuracy final : monge::Metric {
  static void describe(monge::Describe<ClassAccuracy>& d) {
    d.doc("How often a classifier takes a generated sample for the class that it was made for");
    d.paper("Shmelkov, Schmid & Alahari (2018), How good is my GAN?, sec. 3, arXiv:1807.09499");
    d.value("class_accuracy", "1", "share of generated samples that are taken for the class asked for",
            "max");
    d.reads_features();
  }

  void measure(const Snapshot& snapshot, Values& values) const override {
    const auto probability = monge::plugins::class_probability("class_accuracy", snapshot);  // [n, K]
    const auto& asked = snapshot.fake_label;
    if (!asked.defined()) {
      throw monge::Error(monge::Exit::experiment,
                         "metric 'class_accuracy' needs a conditional generator, as of [architecture] "
                         "conditional = \"projection\"; leave it out here");
    }
    if (const auto last = asked.max().item<std::int64_t>(); last >= probability.size(1)) {
      throw monge::Error(monge::Exit::experiment, "metric 'class_accuracy': class " + std::to_string(last) +
                                                      " is asked for, and the classifier knows " +
                                                      std::to_string(probability.size(1)) +
                                                      "; use one of this data set");
    }
    values.set("class_accuracy", (probability.argmax(1) == asked).to(at::kDouble).mean().item<double>());
  }
};

}  // namespace

MONGE_PLUGIN(ClassAccuracy)
