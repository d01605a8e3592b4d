#include "cli/versions.h"

#include <boost/version.hpp>
#include <string>

namespace monge::cli {

// HDF5 and toml++ are named by the build: only record/ and sweep/ may include them.
nlohmann::json runner_versions() {
  const auto dotted = [](int major, int minor, int patch) {
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
  };
  return {{"monge", MONGE_VERSION},
          {"build", MONGE_BUILD},
          {"compiler", std::string("GCC ") + __VERSION__},
          {"hdf5", MONGE_HDF5_VERSION},
          {"toml++", MONGE_TOML_VERSION},
          {"boost", dotted(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
          {"json",
           dotted(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)}};
}

}  // namespace monge::cli
