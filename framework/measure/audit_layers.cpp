#include "measure/audit_layers.h"

#include <torch/autograd.h>

#include <algorithm>
#include <cmath>

#include "train/draws.h"

namespace monge::measure {
namespace {

/// The parameters of one layer, neighbours in its network's list.
struct ParameterRange {
  std::size_t first, count;
};

std::vector<ParameterRange> layers_of(const train::Network& network) {
  std::vector<ParameterRange> layers;
  const auto& parameters = network.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (i > 0 && parameters[i].role.index == parameters[i - 1].role.index)
      ++layers.back().count;
    else
      layers.push_back({i, 1});
  }
  return layers;
}

Tensor convolved(const Tensor& x, const Tensor& weight, const Role& role) {
  const std::vector<std::int64_t> stride(2, role.stride), padding(2, role.padding),
      output_padding(2, role.output_padding);
  return role.layer == "conv" ? at::conv2d(x, weight, {}, stride, padding)
                              : at::conv_transpose2d(x, weight, {}, stride, padding, output_padding);
}

Shape one_input(const Role& role) {
  Shape shape = role.input;
  shape.insert(shape.begin(), 1);
  return shape;
}

// A'A v: the gradient of |A v|^2 / 2.
Tensor normal_map(const Tensor& v, const Tensor& weight, const Role& role) {
  at::AutoGradMode gradients(true);
  const auto x = v.detach().requires_grad_();
  const auto y = convolved(x, weight, role);
  return torch::autograd::grad({y}, {x}, {y.detach()})[0];
}

double largest_eigenvalue(const Tensor& symmetric) {
  return at::linalg_eigvalsh(symmetric.to(at::kCPU)).max().item<double>();
}

// Exactly, by the smaller of the two Gram matrices.
double matrix_norm(const Tensor& a) {
  const bool wide = a.size(0) <= a.size(1);
  return std::sqrt(std::max(0.0, largest_eigenvalue(wide ? a.matmul(a.t()) : a.t().matmul(a))));
}

}  // namespace

std::vector<std::string> layer_names(const train::Network& network) {
  std::vector<std::string> names;
  for (const auto& layer : layers_of(network)) {
    const Role& role = network.parameters()[layer.first].role;
    names.push_back(std::to_string(role.index) + "." + role.layer);
  }
  return names;
}

double convolution_norm(const Tensor& weight, const Role& role, Draw& draw) {
  constexpr std::int64_t kSteps = 32;
  at::NoGradGuard no_grad;
  const auto shape = one_input(role);
  auto v = draw.normal(shape).to(weight.options()).flatten();
  v /= v.norm();
  const std::int64_t steps = std::min(kSteps, v.numel());
  const auto basis = at::zeros({steps, v.numel()}, weight.options());  // orthonormal rows
  const auto tridiagonal = at::zeros({steps, steps}, weight.options());
  for (std::int64_t k = 0; k < steps; ++k) {
    basis[k].copy_(v);
    const auto image = normal_map(v.view(shape), weight, role).flatten();
    tridiagonal[k][k].copy_(image.dot(v));
    const auto known = basis.narrow(0, 0, k + 1);
    auto w = image;
    for (int twice = 0; twice < 2; ++twice)
      w = w - known.t().matmul(known.matmul(w));  // once leaves rounding
    const double norm = w.norm().item<double>();
    if (k + 1 == steps || norm <= 1e-12 * image.norm().item<double>()) break;  // nothing new but rounding
    tridiagonal[k][k + 1].fill_(norm);
    tridiagonal[k + 1][k].fill_(norm);
    v = w / norm;
  }
  return std::sqrt(std::max(0.0, largest_eigenvalue(tridiagonal)));
}

// Each entry of the map's matrix is one entry of the kernel: the map with squared entries, applied to ones,
// adds up all squares.
double convolution_frobenius(const Tensor& weight, const Role& role) {
  at::NoGradGuard no_grad;
  return std::sqrt(
      convolved(at::ones(one_input(role), weight.options()), weight.square(), role).sum().item<double>());
}

Spectra spectra(const train::Network& network, const std::vector<Tensor>& effective, std::uint64_t seed) {
  at::NoGradGuard no_grad;
  Spectra all;
  for (const auto& layer : layers_of(network)) {
    const Role& role = network.parameters()[layer.first].role;
    const auto weight = effective[layer.first].to(at::kDouble);
    double norm = NAN, frobenius = NAN;
    const bool finite = weight.isfinite().all().item<bool>();
    if (finite && role.layer == "linear") {
      norm = matrix_norm(weight);
      frobenius = weight.norm().item<double>();
    } else if (finite && (role.layer == "conv" || role.layer == "conv_transpose")) {
      train::Draws draw(seed, train::Purpose::audit, 0, weight.options(),
                        train::stream_of(network.parameters()[layer.first].name));
      norm = convolution_norm(weight, role, draw);
      frobenius = convolution_frobenius(weight, role);
    } else if (finite && role.layer == "project_label") {
      const auto embedding = effective[layer.first + layer.count - 1].to(at::kDouble);  // [classes, features]
      norm = frobenius = (weight + embedding).norm(2, 1).max().item<double>();  // w + e(class), a row each
    }
    all.norm.push_back(norm);
    all.stable_rank.push_back(norm > 0 ? frobenius * frobenius / (norm * norm) : NAN);
  }
  return all;
}

std::vector<double> gradient_norms(const train::Network& network, const Tensor& gradient) {
  at::NoGradGuard no_grad;
  std::vector<Tensor> norms;
  for (const auto& layer : layers_of(network)) {
    const auto &first = network.parameters()[layer.first],
               &last = network.parameters()[layer.first + layer.count - 1];
    const auto end = last.offset + c10::multiply_integers(last.shape);
    // In double: of small numbers a float has no square.
    norms.push_back(gradient.narrow(0, first.offset, end - first.offset).norm(2, {0}, false, at::kDouble));
  }
  if (norms.empty()) return {};
  const auto all = at::stack(norms).to(at::kCPU).contiguous();
  return {all.const_data_ptr<double>(), all.const_data_ptr<double>() + all.numel()};
}

}  // namespace monge::measure
