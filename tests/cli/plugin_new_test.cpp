// `runner plugin new` and `runner plugin build`: what they write, and what they refuse. That the plugins of
// all kinds compile, pass and train is tests/outside/new_plugin_test.sh.
#include <doctest/doctest.h>

#include "cli/runner.h"

namespace plugin_new_test {

using namespace monge::cli::test;

namespace {

Ended in(const Scratch& folder, const std::string& line) { return runner(folder.path(), words_of(line)); }

// By a runner of which plugin_build.json says this.
Ended built_by(const std::string& recorded) {
  const Scratch folder;
  in(folder, "plugin new loss mine");
  fs::copy_file(fs::path(MONGE_BINARY_DIR) / "runner", folder / "runner");
  write_file(folder / "plugin_build.json", recorded);
  return Started(folder.path(), folder / "runner", words_of("plugin build mine.cpp")).wait();
}

std::string recorded() { return read_file(fs::path(MONGE_BINARY_DIR) / "plugin_build.json"); }

}  // namespace

TEST_CASE("plugin new: writes a source and its project, says what to do next, and overwrites nothing") {
  const Scratch folder;
  const Ended first = in(folder, "plugin new loss my_loss");
  CHECK(first.code == 0);
  CHECK(without(first.out, "wrote my_loss.cpp and CMakeLists.txt\n") == "");
  CHECK(without(first.out, "  runner plugin build my_loss.cpp\n") == "");
  CHECK(without(read_file(folder / "my_loss.cpp"), "struct MyLoss final : monge::Loss {") == "");
  CHECK(read_file(folder / "my_loss.cpp").find('@') == std::string::npos);
  write_file(folder / "my_loss.cpp", "mine");
  const Ended again = in(folder, "plugin new enforcer my_loss");
  CHECK(again.code == 7);
  CHECK(again.err == "./my_loss.cpp: exists; choose another name or folder\n");
  CHECK(read_file(folder / "my_loss.cpp") == "mine");
}

TEST_CASE("plugin new: a second plugin joins the first one's project, another project is left alone") {
  const Scratch folder;
  in(folder, "plugin new loss first --dir sub");
  CHECK(in(folder, "plugin new metric second --dir sub").code == 0);
  const std::string project = read_file(folder / "sub/CMakeLists.txt");
  CHECK(without(project, "monge_add_plugin(loss first.cpp)") == "");
  CHECK(without(project, "monge_add_plugin(metric second.cpp)") == "");
  CHECK(project.find("find_package(Monge") == project.rfind("find_package(Monge"));
  write_file(folder / "CMakeLists.txt", "project(another)\n");
  const Ended refused = in(folder, "plugin new loss third");
  CHECK(refused.code == 7);
  CHECK(without(refused.err, "CMakeLists.txt: is another project's") == "");
  CHECK_FALSE(fs::exists(folder / "third.cpp"));
}

TEST_CASE("plugin new: in a checkout it goes to its kind's folder, and its line to its place in the list") {
  const Scratch folder;
  write_file(folder / "framework/sdk/monge/plugin.h", "");
  write_file(folder / "plugins/CMakeLists.txt",
             "# One line a plugin.\nmonge_add_plugin(loss losses/bce.cpp)\nmonge_add_plugin(loss "
             "losses/wasserstein.cpp)\n"
             "monge_add_plugin(metric metrics/modes.cpp)\n\nforeach(name mnist)\nendforeach()\n");
  fs::create_directories(folder / "plugins/losses");
  fs::create_directories(folder / "plugins/enforcers");
  const Ended loss = in(folder, "plugin new loss hinge");
  CHECK(loss.code == 0);
  CHECK(without(loss.out, "its line in") == "");
  CHECK(in(folder, "plugin new enforcer r1").code == 0);
  CHECK(fs::exists(folder / "plugins/losses/hinge.cpp"));
  CHECK(
      read_file(folder / "plugins/CMakeLists.txt") ==
      "# One line a plugin.\nmonge_add_plugin(loss losses/bce.cpp)\nmonge_add_plugin(loss losses/hinge.cpp)\n"
      "monge_add_plugin(loss losses/wasserstein.cpp)\nmonge_add_plugin(enforcer enforcers/r1.cpp)\n"
      "monge_add_plugin(metric metrics/modes.cpp)\n\nforeach(name mnist)\nendforeach()\n");
  CHECK(in(folder, "plugin new loss hinge").code == 7);
}

TEST_CASE("plugin build: what the compiler says is shown, exit code 4") {
  const Scratch folder;
  write_file(folder / "broken.cpp",
             "#include <monge/loss.h>\nint f() { return not_declared; }\nMONGE_PLUGIN(F)\n");
  const Ended ended = in(folder, "plugin build broken.cpp");
  CHECK(ended.code == 4);
  CHECK(without(ended.err, "not_declared") == "");
  CHECK(without(ended.err, "broken.cpp: does not compile\n") == "");
  CHECK_FALSE(fs::exists(folder / "plugins/loss/broken.so"));
}

TEST_CASE("plugin build: a function that would hide the host's is refused") {
  const Scratch folder;
  in(folder, "plugin new enforcer late");
  in(folder, "plugin new metric half");
  for (const auto& [name, wrong] :
       {std::pair{"late", "  When when() { return When::before; }\n"},
        {"half", "  std::int64_t samples(std::int64_t n) const { return n / 2; }\n"}}) {
    const fs::path source = folder / (std::string(name) + ".cpp");
    std::string text = read_file(source);
    text.insert(text.find("  static void describe"), wrong);
    write_file(source, text);
    const Ended ended = in(folder, std::string("plugin build ") + name + ".cpp");
    CHECK(ended.code == 4);
    CHECK(without(ended.err, "has not the signature of its kind's header") == "");
  }
}

TEST_CASE("plugin build: a file without its last line is no plugin, and nothing is made") {
  const Scratch folder;
  write_file(folder / "bare.cpp", "#include <monge/loss.h>\n");
  const Ended ended = in(folder, "plugin build bare.cpp");
  CHECK(ended.code == 4);
  CHECK(without(ended.err, "bare.cpp: does not end with MONGE_PLUGIN(...)") == "");
  CHECK_FALSE(fs::exists(folder / "plugins"));
}

TEST_CASE("plugin build: not where the headers are no longer those of the runner") {
  std::string line = recorded();
  const std::string sdk = "\"sdk\" : \"";
  line.replace(line.find(sdk) + sdk.size(), 12, "000000000000");
  const Ended ended = built_by(line);
  CHECK(ended.code == 1);
  CHECK(without(ended.err, "is not the one that this runner was built with; build Monge again") == "");
}

TEST_CASE("plugin build: where LibTorch's headers are gone, that is the fault and not the file") {
  std::string line = recorded();
  const std::string before = "\"-isystem\",";
  const auto word = line.find('"', line.find(before) + before.size()) + 1;
  line.replace(word, line.find('"', word) - word, "/gone");
  const Ended ended = built_by(line);
  CHECK(ended.code == 1);
  CHECK(without(ended.err,
                "/gone: is gone, whose headers this runner was built with; ./setup.sh brings "
                "LibTorch back") == "");
}

TEST_CASE("plugin build: a kind that cannot be seen must be said, and is not seen in a comment") {
  const Scratch folder;
  write_file(folder / "none.cpp", "// like #include <monge/loss.h>\nint x;\n");
  write_file(folder / "both.cpp", "#include <monge/loss.h>\n#  include <monge/metric.h>\n");
  for (const char* name : {"none", "both"}) {
    const Ended ended = in(folder, std::string("plugin build ") + name + ".cpp");
    CHECK(ended.code == 2);
    CHECK(without(ended.err, "say which it is with --kind") == "");
  }
}

}  // namespace plugin_new_test
