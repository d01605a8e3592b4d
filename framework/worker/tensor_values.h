// Tensors as variables of a results file, and back.
#pragma once

#include <monge/tensor.h>

#include <string>

#include "record/group.h"

namespace monge::worker {

/// A parameter's name as netCDF takes it: "0.conv.weight" -> "0_conv_weight".
std::string file_name(std::string name);

/// Adds the variable and its dimensions, one a length ("n64"), which tensors of a group share.
void add_tensor(record::Group& group, const std::string& name, const Tensor& tensor);

/// The values as one row that shares their memory; undefined for texts.
Tensor tensor_of(const record::Values& values);

}  // namespace monge::worker
