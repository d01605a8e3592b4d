// What storage says that goes wrong.
#pragma once

#include <string>

#include "monge/error.h"

namespace monge::test {

/// The text of the storage error that `action` throws, or "" when it throws none.
template <class Action>
std::string storage_error(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.exit() == Exit::storage ? error.what() : "another exit code";
  }
  return "";
}

}  // namespace monge::test
