// The names of the initialisations, for an architecture's parameter `init`.
#pragma once

#include <monge/layers.h>

#include <string>
#include <utility>
#include <vector>

namespace monge::plugins {

inline constexpr const char* kInitDoc =
    "how weights begin: N(0, 0.02) of DCGAN, U(+-1/sqrt(in)) of PyTorch, Glorot's or He's uniform";

inline std::vector<std::pair<std::string, Init>> init_choices() {
  return {{"normal_002", Init::normal_002},
          {"uniform_fan_in", Init::uniform_fan_in},
          {"glorot_uniform", Init::glorot_uniform},
          {"he_uniform", Init::he_uniform}};
}

}  // namespace monge::plugins
