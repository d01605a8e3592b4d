// What a cell's label says beyond its parameters.
#pragma once

#include <string>
#include <vector>

namespace monge::report {

/// A parameter as a label may have it: by the name of its axis or, in a row, by the last part of its key.
struct Told {
  std::string name, key, value;  // "learning_rate", "optimizer.learning_rate", "1e-4"
};

/// The label without its parameters' "name=value": "second" of "second learning_rate=1e-4"; "" where they are
/// all that it says, or where it is one of their values.
std::string own_label(const std::string& label, const std::vector<Told>& parameters);

}  // namespace monge::report
