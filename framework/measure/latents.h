// Latents to look at a generator with.
#pragma once

#include <monge/draw.h>

namespace monge::measure {

/// [n, latent] standard normal draws within [-bound, bound], each by inverting the distribution (so that a
/// number is drawn once): the truncation trick of Brock et al. (2018), BigGAN, sec. 3.1, where they are drawn
/// again instead.
Tensor truncated_normal(Draw& draw, std::int64_t n, std::int64_t latent, double bound);

/// [n, latent], the way from `a` to `b` [latent] in equal steps, along the sphere on which normal draws of
/// many dimensions nearly lie (White 2016, Sampling generative networks, sec. 2.1); straight where they have
/// one direction.
Tensor between(const Tensor& a, const Tensor& b, std::int64_t n);

}  // namespace monge::measure
