#include "report/format.h"

#include <doctest/doctest.h>

#include <cmath>

namespace format_test {

using namespace monge::report;

TEST_CASE("format: numbers are short, and NaN is a dash") {
  CHECK(rounded(0.086142) == "0.0861");
  CHECK(rounded(123456) == "1.23e+05");
  CHECK(rounded(std::nan("")) == "-");
}

TEST_CASE("format: columns are aligned as they are seen, without blanks at the end") {
  CHECK(aligned({{"a", "b"}, {"λ=10", ""}, {"x", "yy"}}) == "a     b\n----  --\nλ=10\nx     yy\n");
  CHECK(aligned({{"表示", "b"}, {"λ=10", "c"}}) == "表示  b\n----  -\nλ=10  c\n");
  CHECK(aligned({}) == "");
}

TEST_CASE("format: a text of several lines is one, in a table, too") {
  CHECK(one_line("it failed:\nexpected a number\n\n  got text \r\n") ==
        "it failed: expected a number; got text");
  CHECK(one_line("plain") == "plain");
  CHECK(aligned({{"why", "x"}, {"a\nb", "1"}}) == "why   x\n----  -\na; b  1\n");
}

}  // namespace format_test
