#include "sweep/guard.h"

#include <doctest/doctest.h>

#include "monge/error.h"
#include "sweep/value.h"

namespace guard_test {

using namespace monge;
using namespace monge::sweep;

namespace {

std::string fault_of(const std::string& text) {
  try {
    guard(text, "f", {});
    return "";
  } catch (const Error& error) {
    CHECK(error.exit() == Exit::experiment);
    return error.what();
  }
}

std::string dotted(int parts) {
  std::string key = "a";
  for (int i = 1; i < parts; ++i) key += ".a";
  return key;
}

}  // namespace

TEST_CASE("guard: a dotted key 100,000 deep, which crashes the parser, is a sentence") {
  CHECK(fault_of(dotted(100'000) + " = 1").find("f:1:") == 0);
  CHECK(fault_of("\n[" + dotted(100) + "]").find("f:2:") == 0);
  CHECK(fault_of("x = { " + dotted(100) + " = 1 }").find("dotted key") != std::string::npos);
  std::string many_lines;  // quoted parts and blanks around dots
  for (int i = 0; i < 100; ++i) many_lines += "\"a\" . ";
  CHECK(fault_of(many_lines + "b = 1").find("dotted key") != std::string::npos);
}

TEST_CASE("guard: dots in numbers, texts and comments are no keys") {
  std::string numbers = "x = [", dots(500, '.');
  for (int i = 0; i < 500; ++i) numbers += "1.5, ";
  CHECK(fault_of(numbers + "]").empty());
  CHECK(fault_of("x = \"" + dots + "\\\"" + dots + "\" # " + dots).empty());
  CHECK(fault_of("x = '" + dots + "'\ny = \"\"\"" + dots + "\n\"" + dots + "\"\"\"").empty());
}

TEST_CASE("guard: size, length of a line and nesting are bounded") {
  CHECK(fault_of(std::string((1 << 20) + 1, '\n')).find("larger") != std::string::npos);
  CHECK(fault_of("# " + std::string(1 << 16, 'x')).find("f:1:65537: the line is longer") == 0);
  CHECK(fault_of("x = " + std::string(100, '[')).find("f:1:37: brackets") == 0);
  CHECK(fault_of("x = " + std::string(30, '[') + std::string(30, ']')).empty());
}

TEST_CASE("guard: an open text hides nothing beyond its line") {
  CHECK_FALSE(fault_of("x = \"open\n" + dotted(100) + " = 1").empty());
  CHECK_FALSE(fault_of("x = 'open\\\n" + dotted(100) + " = 1").empty());
}

}  // namespace guard_test
