// `runner sample` on runs that were trained for it.
#include <doctest/doctest.h>
#include <png.h>
#include <sys/stat.h>

#include <algorithm>

#include "cli/runner.h"

namespace sample_test {

using namespace monge::cli::test;

namespace {

// A sweep of two seeds, two steps each, in a folder of its own.
struct Trained {
  Scratch folder;

  Trained(const std::string& dataset, const std::string& architecture) {
    write_file(folder / "tiny.toml", R"(# Is there anything to look at?
[experiment]
name = "tiny"
seeds = 2
[train]
generator_steps = 2
batch_size = 8
[evaluate]
every = 2
samples = 64
[loss]
plugin = "wasserstein"
[enforcer]
plugin = "none"
[optimizer]
kind = "adam"
learning_rate = 1e-2
[dataset]
plugin = ")" + dataset + "\"\n[architecture]\n" +
                                         architecture + "\n");
    const Ended ended = runner(folder.path(), {"sweep", "tiny.toml", "--quiet", "--device", "cpu"});
    REQUIRE_MESSAGE(ended.code == 0, ended.err);
  }

  Ended sample(const std::string& run, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"sample", run});
    return runner(folder.path(), more);
  }
  std::vector<std::string> runs() const {
    std::vector<std::string> ids;
    for (const auto& entry : fs::directory_iterator(folder / "results/tiny/runs"))
      ids.push_back(entry.path().filename());
    std::sort(ids.begin(), ids.end());
    return ids;
  }
};

struct Pixels {
  std::int64_t width, height;
  std::vector<unsigned char> bytes;

  explicit Pixels(const fs::path& path) {
    png_image image = {};
    image.version = PNG_IMAGE_VERSION;
    REQUIRE_MESSAGE(png_image_begin_read_from_file(&image, path.c_str()) != 0, path);
    image.format = PNG_FORMAT_GRAY;
    width = image.width;
    height = image.height;
    bytes.resize(PNG_IMAGE_SIZE(image));
    REQUIRE(png_image_finish_read(&image, nullptr, bytes.data(), 0, nullptr) != 0);
  }
  // The n-th image of 28 x 28 of a grid.
  std::vector<unsigned char> tile(std::int64_t n) const {
    std::vector<unsigned char> tile;
    for (std::int64_t row = 0; row < 28; ++row) {
      const auto begin = bytes.begin() + (2 + n / 8 * 30 + row) * width + 2 + n % 8 * 30;
      tile.insert(tile.end(), begin, begin + 28);
    }
    return tile;
  }
};

// A class, the place of its first turn that is looked at, and one of another class; a class that is refused,
// and those that the data have.
struct Turn {
  std::string name;
  std::int64_t own, other;
};
struct Refused {
  std::string name, known;
};

void check_class(const std::string& dataset, const Turn& asked, const Refused& none) {
  const Trained trained(dataset, "plugin = \"dcgan\"\nwidth = 4\nconditional = \"projection\"");
  const std::string run = "results/tiny/runs/" + trained.runs()[0];
  CHECK(trained.sample(run, {"-o", "turn.png"}).code == 0);
  CHECK(trained.sample(run, {"--class", asked.name, "-o", "one.png"}).code == 0);
  const Pixels turn(trained.folder / "turn.png"), one(trained.folder / "one.png");
  CHECK(turn.tile(asked.own) == one.tile(asked.own));
  CHECK(turn.tile(asked.other) != one.tile(asked.other));
  const Ended refused = trained.sample(run, {"--class", none.name});
  CHECK(refused.code == 2);
  CHECK(without(refused.err, "--class " + none.name + ": the data has " + none.known) == "");
}

}  // namespace

TEST_CASE("sample: images eight in a row, the same for the same seed, and between two of them") {
  const Trained trained("fashion_mnist", "plugin = \"mlp\"\nwidth = 16\ndepth = 1");
  const std::string id = trained.runs()[0], run = "results/tiny/" + id.substr(0, 6);
  const Ended ended = trained.sample(run, {"-n", "11", "-o", "a.png"});
  CHECK_MESSAGE(ended.code == 0, ended.err);
  CHECK(ended.out == "a.png: 11 samples of step 2, 242 x 62 pixels\n");
  const Pixels first(trained.folder / "a.png");
  CHECK(first.width == 242);
  CHECK(first.tile(0) != first.tile(1));
  CHECK(first.tile(11) == std::vector<unsigned char>(28 * 28, 0));

  CHECK(trained.sample(run, {"-n", "11", "-o", "b.png"}).code == 0);
  CHECK(Pixels(trained.folder / "b.png").bytes == first.bytes);
  CHECK(trained.sample(run, {"-n", "11", "--seed", "1", "-o", "c.png"}).code == 0);
  CHECK(Pixels(trained.folder / "c.png").bytes != first.bytes);

  CHECK(trained.sample(run, {"-n", "8", "--interpolate", "3,10", "-o", "d.png"}).code == 0);
  const Pixels way(trained.folder / "d.png");
  CHECK(way.tile(0) == first.tile(3));
  CHECK(way.tile(7) == first.tile(10));
  CHECK(way.tile(4) != first.tile(3));

  const Ended refused = trained.sample(run, {"--class", "3"});
  CHECK(refused.code == 2);
  CHECK(without(refused.err, "--class: this run's generator is not conditional; leave it out") == "");
}

TEST_CASE("sample: a conditional generator's classes in turn, or one of them") {
  check_class("fashion_mnist", {"3", 13, 14}, {"10", "classes 0 to 9"});
}

TEST_CASE("sample: of data with some classes alone, a conditional generator is asked for those") {
  check_class("fashion_mnist\"\ndigits = [3, 7]  # \"", {"7", 1, 0}, {"4", "classes 3, 7"});
}

TEST_CASE("sample: points of the plane are drawn, and a folder of several runs asks which") {
  const Trained trained("ring", "plugin = \"mlp\"\nwidth = 16\ndepth = 1");
  const auto ids = trained.runs();
  const Ended ended = trained.sample("results/tiny/" + ids[1], {"--truncate", "0.5"});
  CHECK_MESSAGE(ended.code == 0, ended.err);
  const Pixels points(trained.folder / (ids[1] + ".png"));
  CHECK(points.width == 512);
  CHECK(std::count(points.bytes.begin(), points.bytes.end(), 255) < 512 * 512 - 64);

  // Laid side by side: the same scale, the same real points behind.
  CHECK(trained.sample("results/tiny/" + ids[0], {"-o", "other.png"}).code == 0);
  const Pixels other(trained.folder / "other.png");
  constexpr unsigned char kReal = 200;
  std::size_t seen = 0, moved = 0;
  for (std::size_t i = 0; i < points.bytes.size(); ++i) {
    if (points.bytes[i] == kReal) ++seen;
    if (points.bytes[i] == kReal && other.bytes[i] == 255) ++moved;
  }
  CHECK(seen > 500);
  CHECK(moved == 0);

  const Ended several = trained.sample("results/tiny");
  CHECK(several.code == 2);
  CHECK(without(several.err, "results/tiny: several runs; name one of\n  results/tiny/runs/" + ids[0]) == "");
  CHECK(without(several.err, ", seed ") == "");
  const Ended none = trained.sample("results/tiny/zz");
  CHECK(none.code == 2);
  CHECK(without(none.err, "results/tiny/zz: no run's id begins so; name one of") == "");
  CHECK(trained.sample("results/tiny/" + ids[0] + "/", {"-o", "other.png"}).code == 0);
}

TEST_CASE("sample: runs of other settings are listed last, and told apart") {
  const Trained trained("ring", "plugin = \"mlp\"\nwidth = 16\ndepth = 1");
  const auto before = trained.runs();
  const Ended again = runner(trained.folder.path(), {"sweep", "tiny.toml", "--quiet", "--device", "cpu",
                                                     "--set", "train.batch_size=4"});
  REQUIRE_MESSAGE(again.code == 0, again.err);
  const Ended several = trained.sample("results/tiny");
  CHECK(several.code == 2);
  const std::string other = "results/tiny/runs/" + before[0] + "  tiny, seed ";
  const auto at = several.err.find(other);
  REQUIRE_MESSAGE(at != std::string::npos, several.err);
  CHECK(several.err.substr(at + other.size() + 1).starts_with("  (not of the last sweep)\n"));
  const std::string mark = "(not of the last sweep)";
  CHECK(several.err.find(mark) > several.err.find(", seed 2"));  // both of the last sweep come first
  CHECK(several.err.find(mark, several.err.find(mark) + 1) != std::string::npos);
}

TEST_CASE("sample: what cannot be drawn is a sentence") {
  const Scratch folder;
  const Ended nothing = runner(folder.path(), {"sample", "nowhere"});
  CHECK(nothing.code == 7);
  CHECK(without(nothing.err, "nowhere: no run is here; give one such as results/clip_vs_gp/runs/ID") == "");

  const Trained trained("ring", "plugin = \"mlp\"\nwidth = 16\ndepth = 1");
  const std::string run = "results/tiny/runs/" + trained.runs()[0];
  for (const auto& [words, text] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--interpolate", "1"},
            "--interpolate takes the numbers of two samples, each from 0 to 99999, such as 0,5; got '1'"},
           {{"--interpolate", "0,100000"}, "each from 0 to 99999"},
           {{"--truncate", "101"}, "a number above 0 and at most 100"},
           {{"--truncate", "-1"},
            "--truncate takes a number above 0 and at most 100, in standard deviations; got '-1'"},
           {{"-n", "0"}, "--n must be a whole number from 1 to 100000, got '0'"}}) {
    const Ended refused = trained.sample(run, words);
    CHECK(refused.code == 2);
    CHECK(without(refused.err, text) == "");
  }
  fs::remove(trained.folder / run / "state.h5");
  const Ended weightless = trained.sample(run);
  CHECK(weightless.code == 7);
  CHECK(without(weightless.err,
                "holds no weights (state.h5); the run has ended and they were removed: "
                "remove its run.h5 too, and `runner sweep`") == "");
}

TEST_CASE("sample: the picture replaces a file and nothing else") {
  const Trained trained("ring", "plugin = \"mlp\"\nwidth = 16\ndepth = 1");
  const std::string run = "results/tiny/runs/" + trained.runs()[0];
  const fs::path pipe = trained.folder / "pipe", nowhere = trained.folder / "nowhere.png";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  fs::create_symlink("missing.png", nowhere);
  for (const auto& [name, text] : std::vector<std::pair<std::string, std::string>>{
           {"pipe", "'pipe' is there already and is no regular file"},
           {"results", "'results' is there already and is no regular file"},
           {"nowhere.png", "'nowhere.png' is there already and is no regular file"},
           {"-", "'-' is none: a picture is not for a terminal"},
           {"a.jpg", "'a.jpg' ends in .jpg, but pictures are PNG"}}) {
    const Ended refused = trained.sample(run, {"-o", name});
    CHECK(refused.code == 2);
    CHECK(without(refused.err, "--out takes a file name such as samples.png; " + text) == "");
  }
  CHECK(fs::is_fifo(pipe));
  CHECK(fs::is_symlink(nowhere));

  write_file(trained.folder / "kept/target.png", "old");
  fs::create_symlink("kept/target.png", trained.folder / "link.png");
  CHECK(trained.sample(run, {"-o", "link.png"}).code == 0);
  CHECK(fs::is_symlink(trained.folder / "link.png"));
  CHECK(Pixels(trained.folder / "kept/target.png").width == 512);
}

}  // namespace sample_test
