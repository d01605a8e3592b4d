// What maps of weights make of a critic: layers of norm 1.
#include "train/forward.h"
#include "train/gradients.h"
#include "verify/answer.h"
#include "verify/trial.h"

namespace monge::verify {
namespace {

constexpr const char* kMiyato = "Miyato et al. (2018), eq. 8";
constexpr const char* kAnil = "Anil et al. (2019), sec. 4.1";

// Looks at slopes, and costs nothing.
const Json& looker() {
  static const Json table{{"plugin", "gradient_penalty"}, {"where", "lines"}, {"weight", 0}};
  return table;
}

// Of a matrix [m, n], largest first.
std::vector<double> singular_values(const Tensor& matrix) {
  return numbers_of(at::linalg_svdvals(matrix.detach()));
}

Setup critic_of(const Shape& sample, Layers critic, const Json& enforcer) {
  Shape batch = sample;
  batch.insert(batch.begin(), 4);
  return {.data = drawn_normal(batch, 1),
          .generator = Layers{constant(sample)},
          .critic = std::move(critic),
          .enforcers = {enforcer, looker()}};
}

// Lets power iterations settle: updates that change no parameter.
std::vector<Tensor> settled(Trial& trial, int updates) {
  for (int i = 0; i < updates; ++i) trial.step();
  at::NoGradGuard no_grad;
  return train::effective(trial.game, *trial.progress, trial.progress->critic.values);
}

// A matrix [1, n] of norm 1, however long it was: the slope that training sees.
Answer linear_critic(plugin::Catalog& catalog, const char* name, const char* source) {
  return {"weights: a linear critic has slope 1 under " + std::string(name),
          source,
          {"enforcer/" + std::string(name)},
          [&catalog, name] {
            Trial trial(catalog,
                        critic_of({2, 3, 3}, Layers{flatten(), linear(1).bias(false)}, {{"plugin", name}}));
            std::vector<double> slopes;
            for (const double norm : {0.01, 1.0, 30.0}) {
              trial.begin({}, norm * drawn_normal({18}, 2));
              slopes.push_back(trial.step().slope_max().item<double>());
            }
            return Finding{{1, 1, 1}, slopes, 1e-6};
          }};
}

Answer layers_of_norm_one(plugin::Catalog& catalog) {
  return {
      "weights: spectral_norm gives every layer's matrix norm 1",
      kMiyato,
      {"enforcer/spectral_norm"},
      [&catalog] {
        const Layers critic{conv(8, 3).pad(1), leaky_relu(0.2), conv_transpose(4, 4).stride(2).pad(1),
                            leaky_relu(0.2),   flatten(),       linear(16),
                            leaky_relu(0.2),   linear(1)};
        Trial trial(catalog, critic_of({2, 6, 6}, critic, {{"plugin", "spectral_norm"}, {"iterations", 5}}));
        const auto tensors = settled(trial, 60);
        std::vector<double> norms;
        for (std::size_t i = 0; i < tensors.size(); ++i) {
          const Role& role = trial.game.critic->parameters()[i].role;
          if (role.part != Role::Part::weight) continue;
          const auto by_output = role.layer == "conv_transpose" ? tensors[i].transpose(0, 1) : tensors[i];
          norms.push_back(singular_values(by_output.flatten(1)).front());
        }
        return Finding{{1, 1, 1, 1}, norms, 1e-3};
      }};
}

// The convolution written out: its images of the unit vectors, as the rows of a matrix.
Answer convolution_of_norm_one(plugin::Catalog& catalog) {
  return {
      "weights: spectral_norm of a convolution as an operator has norm 1",
      "Farnia et al. (2019), arXiv:1811.07457; the operator written out",
      {"enforcer/spectral_norm"},
      [&catalog] {
        const Layers critic{conv(3, 3).stride(2).pad(1).bias(false), leaky_relu(0.2), flatten(), linear(1)};
        Trial trial(catalog,
                    critic_of({2, 6, 6}, critic,
                              {{"plugin", "spectral_norm"}, {"operator", "convolution"}, {"iterations", 5}}));
        const auto kernel = settled(trial, 60).front();
        const auto units = at::eye(72, at::kDouble).view({72, 2, 6, 6});
        const auto images = at::conv2d(units, kernel, {}, {2, 2}, {1, 1}).flatten(1);
        return Finding{{1}, {singular_values(images).front()}, 1e-3};
      }};
}

Answer orthonormal_layers(plugin::Catalog& catalog) {
  return {"weights: orthonormal gives every matrix singular values of 1",
          kAnil,
          {"enforcer/orthonormal"},
          [&catalog] {
            const Layers critic{linear(12), group_sort(), linear(8), group_sort(), linear(1)};
            Trial trial(catalog, critic_of({6}, critic, {{"plugin", "orthonormal"}, {"iterations", 100}}));
            std::vector<double> values;
            for (const auto& tensor : settled(trial, 0)) {
              if (tensor.dim() < 2) continue;
              const auto all = singular_values(tensor);
              values.insert(values.end(), {all.front(), all.back()});
            }
            return Finding{{1, 1, 1, 1, 1, 1}, values, 1e-6};
          }};
}

// Layers that keep a gradient's norm, and sorts that do: the slope is 1 at every point.
Answer slope_everywhere(plugin::Catalog& catalog) {
  return {
      "weights: orthonormal layers with group_sort have slope 1 everywhere",
      "Anil et al. (2019), sec. 4.1: gradient norm preservation",
      {"enforcer/orthonormal"},
      [&catalog] {
        const Layers critic{linear(8), group_sort(), linear(8), group_sort(), linear(1)};
        Trial trial(catalog, critic_of({8}, critic, {{"plugin", "orthonormal"}, {"iterations", 100}}));
        const auto record = trial.step();
        return Finding{{1, 1}, {record.slope_mean().item<double>(), record.slope_max().item<double>()}, 1e-6};
      }};
}

}  // namespace

Answers weight_answers(plugin::Catalog& catalog) {
  return {linear_critic(catalog, "spectral_norm", kMiyato),
          linear_critic(catalog, "orthonormal", kAnil),
          layers_of_norm_one(catalog),
          convolution_of_norm_one(catalog),
          orthonormal_layers(catalog),
          slope_everywhere(catalog)};
}

}  // namespace monge::verify
