// The Dirac-GAN (Mescheder et al. 2018, definition 2.1), in any dimension: the generator makes theta whatever
// z is, the critic is D(x) = psi . x. With data at 0 its training is a linear system around (0, 0) whose
// eigenvalues tell which losses and penalties converge.
#include <monge/architecture.h>
#include <monge/error.h>

#include "init_choices.h"

namespace {

struct Dirac final : monge::Architecture {
  monge::Init init = monge::Init::uniform_fan_in;

  static void describe(monge::Describe<Dirac>& d) {
    d.doc("Dirac-GAN of Mescheder et al. (2018): a generator that is one point and a linear critic");
    d.paper(
        "Mescheder, Geiger & Nowozin (2018), Which training methods for GANs do actually converge?, def. "
        "2.1, arXiv:1801.04406");
    d.param("init", &Dirac::init, monge::plugins::kInitDoc).choices(monge::plugins::init_choices());
  }

  Layers generator(const Problem& problem) const override {
    need_points(problem);
    return Layers({monge::constant(problem.sample)}, init);
  }

  Layers critic(const Problem& problem) const override {
    need_points(problem);
    return Layers({monge::linear(1).bias(false)}, init);
  }

 private:
  static void need_points(const Problem& problem) {
    if (problem.sample.size() == 1) return;
    throw monge::Error(monge::Exit::experiment,
                       "architecture 'dirac': samples must be points [D], got samples of " +
                           std::to_string(problem.sample.size()) +
                           " dimensions; use a dataset of points or another architecture");
  }
};

}  // namespace

MONGE_PLUGIN(Dirac)
