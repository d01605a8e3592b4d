// Tensors an enforcer keeps between updates, such as the vectors of a power iteration. Declared in describe,
// owned by the host: they are in snapshots and, in a pack, have one value a run.
#pragma once

#include <monge/tensor.h>

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace monge {

class State {
 public:
  /// The state named `name`; assign a new tensor of the same shape to update it.
  Tensor& operator[](std::string_view name) {
    const auto found = tensors_.find(name);
    if (found == tensors_.end())
      throw std::out_of_range("state '" + std::string(name) + "' is not declared in describe");
    return found->second;
  }
  std::map<std::string, Tensor, std::less<>>& all() { return tensors_; }  // for the host
  const std::map<std::string, Tensor, std::less<>>& all() const { return tensors_; }

 private:
  std::map<std::string, Tensor, std::less<>> tensors_;
};

}  // namespace monge
