// Values are written down where somebody published them (TF-GAN, losses_impl_test.py), and otherwise computed
// here from the papers' own formulas in plain arithmetic, term by term and unsimplified.
#include "verify/known_losses.h"

#include <cmath>
#include <functional>
#include <stdexcept>

#include "conform/check.h"

namespace monge::verify {
namespace {

using Numbers = std::vector<double>;
using Function = std::function<double(double)>;

const Numbers& real_scores() {
  static const Numbers scores{-5, 1.4, 12.5, 2.7};
  return scores;
}
const Numbers& fake_scores() {
  static const Numbers scores{10, 4.4, -5.5, 3.6};
  return scores;
}

double mean(const Numbers& scores, const Function& of) {
  double sum = 0;
  for (const double score : scores) sum += of(score);
  return sum / static_cast<double>(scores.size());
}

KnownLoss known(Json table, double critic, double generator, Slopes slopes, std::string source) {
  return {std::move(table), real_scores(), fake_scores(), critic, generator, slopes, std::move(source)};
}

void add_published(std::vector<KnownLoss>& all) {
  const std::string tf_gan = "TF-GAN, losses_impl_test.py";
  all.push_back(known({{"plugin", "wasserstein"}}, 0.225, -3.125, {1, -1}, tf_gan));
  all.push_back(known({{"plugin", "wasserstein_labels"}}, 0.225, -3.125, {1, -1}, tf_gan));
  all.push_back(known({{"plugin", "wasserstein_labels"}, {"real_label", "+1"}}, -0.225, 3.125, {-1, 1},
                      tf_gan + ", signs turned"));
  all.push_back(known({{"plugin", "hinge"}}, 6.75, -3.125, {1, -1}, tf_gan));
  all.push_back(known({{"plugin", "least_squares"}}, 41.73375, 17.69625, {0, -1}, tf_gan));
  all.push_back(known({{"plugin", "bce"}}, 5.83387, 1.38582, {0.5, -0.5}, tf_gan + ", without smoothing"));
  all.push_back(known({{"plugin", "bce"}, {"generator", "saturating"}}, 5.83387, -4.51082, {0.5, -0.5},
                      tf_gan + ", less its constant"));
  all.push_back(known({{"plugin", "bce"}, {"label_smoothing", 0.125}}, 6.19637, 1.38582, {0.5, -0.5},
                      tf_gan + ", smoothing 0.25"));
  all.push_back({{{"plugin", "relativistic_average"}},
                 {-2, 0.4, 12.5, 2.7},
                 fake_scores(),
                 4.390114,
                 4.940114,
                 Slopes{1, -1},
                 tf_gan});
}

double square(double x) { return x * x; }
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

// Mao et al. (2017), eq. 8 with their numbers for a Pearson divergence: a = -1, b = 1, c = 0.
void add_least_squares(std::vector<KnownLoss>& all) {
  const double critic = 0.5 * mean(real_scores(), [](double r) { return square(r - 1); }) +
                        0.5 * mean(fake_scores(), [](double f) { return square(f + 1); });
  const double generator = 0.5 * mean(fake_scores(), [](double f) { return square(f); });
  all.push_back(known({{"plugin", "least_squares"}, {"a", -1}, {"b", 1}, {"c", 0}}, critic, generator, {1, 0},
                      "Mao et al. (2017), eq. 8"));
}

// Jolicoeur-Martineau (2019), f(x_r - x_f) in pairs, and against the other sample's mean.
void add_relativistic(std::vector<KnownLoss>& all) {
  struct Inner {
    const char* name;
    Function cost;
    double slope;  // at 0
  };
  const Inner inners[] = {{"bce", [](double y) { return softplus(-y); }, -0.5},
                          {"hinge", [](double y) { return std::max(0.0, 1 - y); }, -1},
                          {"least_squares", [](double y) { return square(y - 1); }, -2}};
  const Numbers &real = real_scores(), &fake = fake_scores();
  const auto identity = [](double x) { return x; };
  const double mean_real = mean(real, identity), mean_fake = mean(fake, identity);
  for (const auto& [name, cost, slope] : inners) {
    const auto paired = [&, &f = cost](const Numbers& high, const Numbers& low) {
      double sum = 0;
      for (std::size_t i = 0; i < high.size(); ++i) sum += f(high[i] - low[i]);
      return sum / static_cast<double>(high.size());
    };
    all.push_back(known({{"plugin", "relativistic_pairing"}, {"inner", name}}, paired(real, fake),
                        paired(fake, real), {-slope, slope}, "Jolicoeur-Martineau (2019), RpGAN"));
    const auto averaged = [&f = cost](const Numbers& high, double mean_low, const Numbers& low,
                                      double mean_high) {
      return mean(high, [&](double x) { return f(x - mean_low); }) +
             mean(low, [&](double x) { return f(mean_high - x); });
    };
    all.push_back(known({{"plugin", "relativistic_average"}, {"inner", name}},
                        averaged(real, mean_fake, fake, mean_real),
                        averaged(fake, mean_real, real, mean_fake), {-2 * slope, 2 * slope},
                        "Jolicoeur-Martineau (2019), RaGAN"));
  }
}

// Nowozin et al. (2016): T = g(v) of table 2's activations, f*(T) of table 6's conjugates.
void add_f_divergences(std::vector<KnownLoss>& all) {
  struct Row {
    const char* name;
    Function activation, conjugate;  // g(v), f*(t)
    double slope, conjugate_slope;   // d g(v), d f*(g(v)) at v = 0
  };
  const double e = std::exp(1.0);
  const Row rows[] = {
      {"kl", [](double v) { return v; }, [](double t) { return std::exp(t - 1); }, 1, 1 / e},
      {"reverse_kl", [](double v) { return -std::exp(-v); }, [](double t) { return -1 - std::log(-t); }, 1,
       1},
      {"pearson", [](double v) { return v; }, [](double t) { return t * t / 4 + t; }, 1, 1},
      {"squared_hellinger", [](double v) { return 1 - std::exp(-v); }, [](double t) { return t / (1 - t); },
       1, 1},
      {"js", [](double v) { return std::log(2) - std::log1p(std::exp(-v)); },
       [](double t) { return -std::log(2 - std::exp(t)); }, 0.5, 0.5},
      {"total_variation", [](double v) { return std::tanh(v) / 2; }, [](double t) { return t; }, 0.5, 0.5}};
  for (const Row& row : rows) {
    const auto of_conjugate = [&](double v) { return row.conjugate(row.activation(v)); };
    const double conjugates = mean(fake_scores(), of_conjugate);
    const double critic = conjugates - mean(real_scores(), row.activation);
    const Json table{{"plugin", "f_divergence"}, {"divergence", row.name}};
    all.push_back(known(table, critic, -mean(fake_scores(), row.activation),
                        {row.conjugate_slope, -row.slope}, "Nowozin et al. (2016), eq. 4, tables 2 and 6"));
    Json bound = table;
    bound["generator"] = "divergence";
    all.push_back(known(bound, critic, -conjugates, {row.conjugate_slope, -row.conjugate_slope},
                        "Nowozin et al. (2016), eq. 7, tables 2 and 6"));
  }
}

}  // namespace

const std::vector<KnownLoss>& known_losses() {
  static const std::vector<KnownLoss> losses = [] {
    std::vector<KnownLoss> all;
    add_published(all);
    add_least_squares(all);
    add_relativistic(all);
    add_f_divergences(all);
    return all;
  }();
  return losses;
}

namespace {

constexpr std::int64_t kSamples = 4;

// Scores of 0 for real samples and `fake` for generated ones, all at the same place but for `apart`.
Scores level(double fake, double apart = 0) {
  Scores scores;
  scores.real = at::zeros({kSamples}, at::kDouble);
  scores.fake = at::full({kSamples}, fake, at::kDouble);
  scores.real_x = at::zeros({kSamples, 1}, at::kDouble);
  scores.fake_x = at::full({kSamples, 1}, apart, at::kDouble);
  return scores;
}

double slope_of(const std::function<double(const Scores&)>& cost) {
  constexpr double kStep = 1e-4, kKink = 1e-2;
  if (!std::isfinite(cost(level(0))))
    throw std::runtime_error("its cost is not finite where all scores are 0");
  if (cost(level(0, 0.1)) != cost(level(0))) {
    throw conform::Spared("it looks at the samples themselves, not at their scores alone");
  }
  const double above = (cost(level(kStep)) - cost(level(0))) / kStep;
  const double below = (cost(level(0)) - cost(level(-kStep))) / kStep;
  if (std::abs(above - below) > kKink) throw conform::Spared("it has no derivative where all scores are 0");
  return (above + below) / 2;
}

}  // namespace

Slopes slopes_of(const Loss& loss) {
  return {slope_of([&](const Scores& scores) { return loss.critic(scores).item<double>(); }),
          slope_of([&](const Scores& scores) { return loss.generator(scores).item<double>(); })};
}

}  // namespace monge::verify
