#include "report/columns.h"

#include <doctest/doctest.h>

namespace columns_test {

using namespace monge::report;

TEST_CASE("columns: a text is cut between characters, and only where it must be") {
  CHECK(fitted("abc", 3) == "abc");
  CHECK(fitted("abcd", 3) == "ab…");
  CHECK(fitted("äöüß", 3) == "äö…");
  CHECK(fitted("表示器", 4) == "表…");
  CHECK(fitted("表示器", 5) == "表示…");
  CHECK(fitted("表示器", 6) == "表示器");
  CHECK(fitted("e\xcc\x81x", 2) == "e\xcc\x81x");
  CHECK(fitted("anything", 0) == "");
  CHECK(fitted("", 0) == "");
}

TEST_CASE("columns: bytes that are not UTF-8 and control characters become question marks") {
  CHECK(fitted("a\xff"
               "b",
               9) == "a?b");
  CHECK(fitted("\xc3", 9) == "?");
  CHECK(fitted("\xc0\xaf", 9) == "??");       // overlong
  CHECK(fitted("\xed\xa0\x80", 9) == "???");  // a surrogate
  CHECK(fitted("\x1b[31m\r\n\x7f", 9) == "?[31m???");
  CHECK(fitted("\xe2\x80\xae"
               "abc",
               9) == "?abc");  // right-to-left override
}

}  // namespace columns_test
