// Weight clipping (Arjovsky et al. 2017, alg. 1, line 7): w <- clip(w, -c, c) with each update of the critic.
//
// The paper clips after the update. Its published code clips before it, so that its generator is trained
// against a critic that has just left the box. Both it and Gulrajani et al.'s code clip every parameter of
// the critic: biases too, and the gains of batch norm, which begin at 1 and are thereby pressed to c.
#include <monge/enforcer.h>

namespace {

struct Clip final : monge::Enforcer {
  enum class What { weights, all };
  Real bound = 0.01;
  When moment = When::after;
  What what = What::all;

  static void describe(monge::Describe<Clip>& d) {
    d.doc("Weight clipping of Arjovsky et al. (2017): keeps each parameter of the critic in [-bound, bound]");
    d.paper("Arjovsky et al. (2017), Wasserstein GAN, alg. 1, line 7, arXiv:1701.07875");
    d.param("bound", &Clip::bound, "c, the largest absolute value allowed").range(1e-12, 1e6);
    d.param("when", &Clip::moment,
            "after the critic's update as in the paper, or before it as in its published code")
        .choices({{"after", When::after}, {"before", When::before}});
    d.param("what", &Clip::what,
            "all parameters as in the published code, or weights alone: no biases, no normalisation")
        .choices({{"all", What::all}, {"weights", What::weights}});
  }

  Tensor project(const Tensor& w, const Role& role) const override {
    if (what == What::weights && role.part != Role::Part::weight) return w;
    return clamp(w, -bound, bound);
  }
  When when() const override { return moment; }
};

}  // namespace

MONGE_PLUGIN(Clip)
