// Libraries that are no good: each is refused with one sentence, which says whose fault it is, and no process
// dies.
#include <doctest/doctest.h>
#include <monge/error.h>

#include <fstream>

#include "opened.h"
#include "scratch.h"

namespace bad_plugins_test {

using monge::plugin::open_library;
using namespace monge::test;
namespace fs = std::filesystem;

namespace {

const fs::path kBad = MONGE_BINARY_DIR "/bad_plugins/loss";

std::string refusal(const fs::path& path) {
  try {
    open_library(path, "loss", path.stem().string());
  } catch (const monge::Error& error) {
    CHECK(error.exit() == monge::Exit::plugin);
    const std::string text = error.what();
    CHECK(text.starts_with(path.string()));
    return text;
  }
  return "nothing was refused";
}

void check_refusal(const std::string& name, const std::string& part) {
  const auto text = refusal(kBad / (name + ".so"));
  CHECK_MESSAGE(text.find(part) != std::string::npos, text);
}

}  // namespace

TEST_CASE("bad plugins: a library without our header is refused") {
  check_refusal("no_header", "not a plugin");
}

TEST_CASE("bad plugins: a header with another magic number is refused before any code of it runs") {
  check_refusal("wrong_magic", "magic");
}

TEST_CASE("bad plugins: a header of another size is refused before any code of it runs") {
  check_refusal("other_size", "another Monge");
}

TEST_CASE("bad plugins: of another build only the fields that differ are named, before any code of it runs") {
  const auto text = refusal(kBad / "other_sdk.so");
  CHECK_MESSAGE(text.find("sdk: plugin 000000000000, runner " MONGE_SDK_HASH) != std::string::npos, text);
  CHECK_MESSAGE(text.find("libtorch") == std::string::npos, text);
  CHECK_MESSAGE(text.find("rebuilt") != std::string::npos, text);
}

TEST_CASE("bad plugins: an enforcer among the losses is refused") {
  check_refusal("other_kind", "enforcer/other_kind but lies where loss/other_kind");
}

TEST_CASE("bad plugins: a plugin under another file's name is refused") {
  check_refusal("other_name", "loss/renamed but lies where loss/other_name");
}

TEST_CASE("bad plugins: a missing symbol is named") {
  check_refusal("missing_symbol", "function_that_nobody_wrote");
}

TEST_CASE("bad plugins: a text file is refused") { check_refusal("text_file", "not a shared library"); }

TEST_CASE("bad plugins: a library cut short anywhere is refused") {
  Scratch folder;
  const auto cut = folder / "bce.so";
  const auto good = fs::path(MONGE_BINARY_DIR "/plugins/loss/bce.so");
  const auto length = fs::file_size(good);
  for (const auto kept : {std::uintmax_t{0}, std::uintmax_t{3}, std::uintmax_t{40}, std::uintmax_t{4096},
                          length / 2, length - 1}) {
    fs::copy_file(good, cut, fs::copy_options::overwrite_existing);
    fs::resize_file(cut, kept);
    CAPTURE(kept);
    CHECK(refusal(cut) != "nothing was refused");
  }
}

TEST_CASE("bad plugins: a describe that throws is named with what it threw") {
  check_refusal("throws_in_describe", "thrown in describe on purpose");
}

TEST_CASE("bad plugins: a describe that throws no exception type is refused too") {
  check_refusal("throws_no_exception", "threw");
}

TEST_CASE("bad plugins: a default outside its own range is refused") {
  check_refusal("default_out_of_range", "'margin'");
}

TEST_CASE("bad plugins: a choice without names is refused") { check_refusal("unnamed_choices", "'side'"); }

TEST_CASE("bad plugins: those that fail in a step pass until then and name their own mischief") {
  Opened opened;
  opened.catalog = monge::plugin::Catalog({MONGE_BINARY_DIR "/bad_plugins"});
  const auto loss = opened.bind<monge::Loss>("throws_in_step", {{"call", 3}});
  const auto scores = made_scores(1, 4, {2});
  loss->critic(scores);
  loss->critic(scores);
  CHECK_THROWS_WITH(loss->critic(scores), "thrown in a step on purpose");
  CHECK(opened.catalog.get("loss/crashes_in_step").schema.params.size() == 1);
}

}  // namespace bad_plugins_test
