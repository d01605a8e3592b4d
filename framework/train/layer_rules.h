// What one layer makes of a shape, what that costs, and what layers are called.
#pragma once

#include <monge/layers.h>

#include <string>

namespace monge::train {

/// Says what is wrong with a network's layers: throws Error(Exit::experiment).
[[noreturn]] void fault(const std::string& what);

/// The output's shape, both without the batch. Throws Error(Exit::experiment) saying what the layer needs.
Shape output_of(const Layer& layer, const Shape& in);

/// One sample forward, multiply and add counted apart.
std::int64_t flops_of(const Layer& layer, const Shape& in, const Shape& out);

/// Throws Error(Exit::experiment) beyond 2^30, so that products of two do not overflow.
std::int64_t elements(const Shape& shape);

bool is_conv(Layer::Kind kind);
const char* name_of(Layer::Kind kind);
std::string text_of(const Shape& shape);  // "[1, 28, 28]"

}  // namespace monge::train
