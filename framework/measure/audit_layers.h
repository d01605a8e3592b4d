// A network layer by layer: what each can stretch, and how large its gradient is.
#pragma once

#include <string>
#include <vector>

#include "train/arena.h"

namespace monge::measure {

/// The layers that have parameters, in order, by their place in the network and their kind: "3.conv".
std::vector<std::string> layer_names(const train::Network& network);

struct Spectra {
  std::vector<double> norm, stable_rank;  // one a layer of `layer_names`
};

/// Spectral norm s (the largest singular value) of each layer as a linear map, and its stable rank
/// |A|_F^2 / s^2, from 1 to the rank (Rudelson & Vershynin 2007). `effective`: as Network::parameters.
///
/// A linear layer's matrix: exactly. A convolution: the map itself from its input [C, H, W] to its output,
/// not the matrix of its kernel, which has another norm (Sedghi et al. 2019); its norm by Lanczos' form of
/// the power iteration (Golub & Van Loan 2013, sec. 10.1), from below: to many digits where the image is
/// small or the kernel random, 0.2 % low for a constant one on 64 x 64, whose singular values lie closest.
/// The projection of classes: the largest over classes. NaN where a layer is no map of its input alone
/// (normalisations, embeddings of labels) and where a weight is not finite. In double precision.
Spectra spectra(const train::Network& network, const std::vector<Tensor>& effective, std::uint64_t seed);

/// Euclidean norm of each layer's part of `gradient` [size].
std::vector<double> gradient_norms(const train::Network& network, const Tensor& gradient);

/// The largest singular value of a convolution ("conv" or "conv_transpose") with kernel `weight` on its
/// role's input. `draw` begins the iteration.
double convolution_norm(const Tensor& weight, const Role& role, Draw& draw);

/// Its Frobenius norm.
double convolution_frobenius(const Tensor& weight, const Role& role);

}  // namespace monge::measure
