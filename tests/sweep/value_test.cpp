#include "sweep/value.h"

#include <doctest/doctest.h>

#include <limits>

#include "monge/error.h"

namespace value_test {

using namespace monge;
using namespace monge::sweep;

TEST_CASE("value: every value knows its line and column") {
  const Value root = parse_toml("[a]\nb = [1, 'x']\nc.d = { e = 2.5 }\n", "f");
  const Value& a = root.field("a")->value;
  CHECK(a.field("b")->at.text() == "f:2:1");
  CHECK(a.field("b")->value.items[1].at.text() == "f:2:9");
  CHECK(a.field("c")->value.field("d")->value.field("e")->value.at.text() == "f:3:13");
  CHECK(a.field("c")->value.braces == false);
  CHECK(a.field("c")->value.field("d")->value.braces);
}

TEST_CASE("value: keys keep the order of the file") {
  const Value root = parse_toml("z = 1\na = 2\nm = 3\n", "f");
  CHECK(root.fields[0].key == "z");
  CHECK(root.fields[2].key == "m");
}

TEST_CASE("value: a syntax error is an experiment fault with its place") {
  CHECK_THROWS_WITH_AS(parse_toml("a = \n", "f"), doctest::Contains("f:1:5: "), Error);
  CHECK_THROWS_WITH_AS(parse_toml("a = 1\na = 2\n", "f"), doctest::Contains("f:2:"), Error);
  CHECK_THROWS_AS(parse_toml("a = \"\xff\"\n", "f"), Error);
  const auto fault = [](const std::string& text, const std::string& hint) {
    CHECK_THROWS_WITH_AS(parse_toml(text, "f"), doctest::Contains(hint.c_str()), Error);
  };
  fault("a = \"open\nb = 1\n", "; close the text with its quote in the same line");
  fault("a = bare\n", "; text goes in quotes");
  fault("[a\nb = 1\n", "; close the bracket in the same line");
}

TEST_CASE("value: a flag's right side is TOML or a bare word") {
  const Place at{"--set x"};
  CHECK(parse_flag_value("1_000", at)->scalar == 1000);
  CHECK(parse_flag_value("1e-4", at)->kind == Value::Kind::real);
  CHECK(parse_flag_value("true", at)->kind == Value::Kind::boolean);
  CHECK(parse_flag_value("clip", at)->text() == "clip");
  CHECK(parse_flag_value("/data/x y", at)->text() == "/data/x y");
  CHECK(parse_flag_value("{ plugin = 'clip' }", at)->field("plugin")->at.text() == "--set x");
  CHECK_FALSE(parse_flag_value("[1, 2", at));
  CHECK_FALSE(parse_flag_value("\"open", at));
  CHECK_FALSE(parse_flag_value("", at));
  CHECK_FALSE(parse_flag_value("a\nb = 2", at));
  CHECK_FALSE(parse_flag_value("1\nb = 2", at));
  CHECK_FALSE(parse_flag_value("caf\xff", at));
}

TEST_CASE("value: numbers are shown as short as they can be") {
  CHECK(number_text(10) == "10");
  CHECK(number_text(0.5) == "0.5");
  CHECK(number_text(1e-5) == "1e-5");
  CHECK(number_text(1e300) == "1e300");
  CHECK(number_text(-0.0001) == "-1e-4");
  CHECK(number_text(std::numeric_limits<double>::infinity()) == "inf");
}

TEST_CASE("value: a long value is cut, not inside a character") {
  Value text;
  text.kind = Value::Kind::text;
  text.scalar = std::string(58, 'x') + "\xc3\xa9\xc3\xa9";  // two-byte letters across the cut
  const std::string cut = shown(text);
  CHECK(cut == '"' + std::string(58, 'x') + "...");
}

TEST_CASE("value: a file that cannot be read is a sentence") {
  CHECK_THROWS_WITH_AS(read_text("/nowhere/x.toml", 10, Exit::experiment),
                       doctest::Contains("/nowhere/x.toml"), Error);
  CHECK_THROWS_WITH_AS(read_text("/tmp", 10, Exit::storage), doctest::Contains("is a folder"), Error);
  CHECK(read_text("/dev/zero", 100, Exit::storage).size() > 100);
}

}  // namespace value_test
