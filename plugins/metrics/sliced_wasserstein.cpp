// Sliced Wasserstein-1 distance (Bonneel et al. 2015, def. 7): the earth mover's distance of two equally
// large samples, projected on random unit directions u and averaged over them. In one dimension it is the
// mean distance of the sorted samples. On pixels in [-1, 1] it is sensitive to brightness and variance, not
// to sharpness.
#include <monge/error.h>
#include <monge/metric.h>

namespace {

struct SlicedWasserstein final : monge::Metric {
  std::int64_t projections = 128;

  static void describe(monge::Describe<SlicedWasserstein>& d) {
    d.doc("Sliced Wasserstein-1 distance of Bonneel et al. (2015) between real and generated samples");
    d.paper(
        "Bonneel et al. (2015), Sliced and Radon Wasserstein barycenters of measures, def. 7; Rabin et al. "
        "(2011), Wasserstein barycenter and its application to texture mixing");
    d.param("projections", &SlicedWasserstein::projections, "random directions to average over")
        .range(1, 1000000);
    d.value("sliced_wasserstein", "1", "mean W1 over random directions, in units of the data", "min");
  }

  void measure(const Snapshot& snapshot, Values& values) const override {
    const auto real = snapshot.real.to(at::kDouble).flatten(1),
               fake = snapshot.fake.to(at::kDouble).flatten(1);
    if (real.sizes() != fake.sizes() || real.numel() == 0) {
      throw monge::Error(
          monge::Exit::experiment,
          "metric 'sliced_wasserstein' needs as many real as generated samples of one size, got " +
              c10::str(real.sizes()) + " and " + c10::str(fake.sizes()) +
              "; lower evaluate.samples to the number of held-out samples");
    }
    auto directions = snapshot.draw.normal({real.size(1), projections}).to(real.options());  // [d, P]
    directions = directions / directions.norm(2, 0, true);
    const auto sorted = [&](const Tensor& x) { return std::get<0>(x.matmul(directions).sort(0)); };  // [n, P]
    values.set("sliced_wasserstein", (sorted(real) - sorted(fake)).abs().mean().item<double>());
  }
};

}  // namespace

MONGE_PLUGIN(SlicedWasserstein)
