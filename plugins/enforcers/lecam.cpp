// LeCam regularisation (Tseng et al. 2021): keeps the critic's scores of one kind of sample near
// a running mean of its scores of the other.
//
// The running means are constants to the gradient. They are divided by the sum of their weights, so that the
// first is the first batch's mean and not an arbitrary number (as in Adam: Kingma & Ba 2015, sec. 3).
#include <monge/enforcer.h>

namespace {

struct Lecam final : monge::Enforcer {
  enum class Sides { two, one };
  Real weight = 0.3;
  Real decay = 0.99;
  Sides sides = Sides::two;

  static void describe(monge::Describe<Lecam>& d) {
    d.doc("LeCam regularisation of Tseng et al. (2021): scores are held near running means of the others'");
    d.paper(
        "Tseng et al. (2021), Regularizing generative adversarial networks under limited data, "
        "arXiv:2104.03310");
    d.couples_batch();
    d.param("weight", &Lecam::weight, "lambda, what a unit of squared distance costs").range(0, 1e6);
    d.param("decay", &Lecam::decay, "of the running means, an update of the critic").range(0, 0.9999999);
    d.param("sides", &Lecam::sides,
            "two: every distance costs, as in the paper; one: only real scores above the mean of fakes and "
            "fake scores below that of reals, as in its published code")
        .choices({{"two", Sides::two}, {"one", Sides::one}});
    const auto zero = [](const Tensor&, const Role&, Draw& draw) { return draw.uniform({}) * 0; };
    d.state("real", "decayed sum of mean real scores", zero);
    d.state("fake", "decayed sum of mean fake scores", zero);
    d.state("sum", "decayed sum of weights", zero);
  }

  Tensor penalty(const Look& look, State& state) const override {
    const auto& s = look.at;
    const auto real = s.real.detach().mean(), fake = s.fake.detach().mean();
    advance(state["real"], real);
    advance(state["fake"], fake);
    advance(state["sum"], at::ones_like(real));
    const auto above = s.real - state["fake"] / state["sum"];  // [B]
    const auto below = state["real"] / state["sum"] - s.fake;
    return weight * (distance(above) + distance(below));
  }

 private:
  void advance(Tensor& sum, const Tensor& value) const { sum = decay * sum + (1 - decay) * value; }
  Tensor distance(const Tensor& x) const { return (sides == Sides::one ? relu(x) : x).square().mean(); }
};

}  // namespace

MONGE_PLUGIN(Lecam)
