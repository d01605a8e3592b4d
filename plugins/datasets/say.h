// What a data set has to tell its user without failing: it goes to stderr, which is a run's log.txt.
#pragma once

#include <iostream>
#include <string>

namespace monge::plugins {

/// One line, written whole, since several processes may share the stream.
inline void say(const std::string& text) { std::cerr << text + "\n" << std::flush; }

}  // namespace monge::plugins
