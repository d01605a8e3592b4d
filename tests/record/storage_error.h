// What storage says that goes wrong.
#pragma once

#include <string>

#include "monge/error.h"
#include "record/group_file.h"

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

/// Whether `action` throws an error that leaves it open whether a file is whole.
template <class Action>
bool may_be_whole(Action action) {
  try {
    action();
  } catch (const record::Damaged&) {
    return false;
  } catch (const Error& error) {
    return error.exit() == Exit::storage;
  }
  return false;
}

}  // namespace monge::test
