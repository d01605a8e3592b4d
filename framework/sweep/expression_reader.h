// From the text of a condition to its tree.
#pragma once

#include <stdexcept>
#include <string>

#include "sweep/expression.h"

namespace monge::sweep {

/// Only inside sweep/: `Condition::parse` turns it into a fault.
struct ExpressionFault : std::runtime_error {
  ExpressionFault(std::size_t where, const std::string& what) : std::runtime_error(what), column(where) {}
  std::size_t column;  // from 1
};

/// Throws ExpressionFault.
Condition::Node read_condition(const std::string& text);

}  // namespace monge::sweep
