// Mistakes in files and flags, told by the real runner with the real worker and plugins.
#include <doctest/doctest.h>

#include "cli/runner.h"

namespace mistakes_test {

using namespace monge::cli::test;

namespace {

// Line 1 is the comment.
const std::string kGood = R"(# Is every mistake told?
[experiment]
name = "small"
seeds = 1
[train]
generator_steps = 4
batch_size = 8
latent = 2
[evaluate]
every = 2
samples = 64
metrics = ["sliced_wasserstein", "modes"]
[dataset]
plugin = "ring"
[architecture]
plugin = "mlp"
width = 8
depth = 1
[loss]
plugin = "wasserstein"
[optimizer]
kind = "adam"
learning_rate = 1e-3
betas = [0.0, 0.9]
[grid]
enforcer = ["clip", { plugin = "gradient_penalty", weight = 0.1 }]
[resources]
timeout = "5m"
)";

struct Mistake {
  std::string from, to;  // in the file; none when `from` is ""
  std::string flags;
  int code;
  std::string place, words;
};

std::string changed(const std::string& from, const std::string& to) {
  std::string text = kGood;
  const auto at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

void check(const Mistake& mistake) {
  const Scratch folder;
  write_file(folder / "x.toml", changed(mistake.from, mistake.to));
  std::vector<std::string> words = words_of(mistake.flags);
  words.insert(words.begin(), {"sweep", "x.toml"});
  const Ended ended = runner(folder.path(), words);
  CAPTURE(mistake.to + mistake.flags);
  CHECK(ended.code == mistake.code);
  CHECK(without("\n" + ended.err, "\n" + mistake.place + ": ") == "");
  CHECK(without(ended.err, mistake.words) == "");
  CHECK(ended.out.empty());
  CHECK_FALSE(fs::exists(folder / "results"));
}

}  // namespace

TEST_CASE("mistakes: the file they are made in has none") {
  const Scratch folder;
  write_file(folder / "x.toml", kGood);
  const Ended ended = runner(folder.path(), {"sweep", "x.toml", "--plan"});
  CHECK(ended.code == 0);
  CHECK(ended.err.empty());
  CHECK(without(ended.out, "2 runs") == "");
  CHECK_FALSE(fs::exists(folder / "results"));
}

TEST_CASE("mistakes: in the file") {
  const std::vector<Mistake> mistakes{
      {"[loss]", "[loss", "", 3, "x.toml:19:6", "expected ']'"},
      {"[loss]", "[train]\n[loss]", "", 3, "x.toml:19:1", "cannot redefine existing table 'train'"},
      {"[train]", "[trian]", "", 3, "x.toml:5:2", "did you mean 'train'?"},
      {"[grid]", "[gird]", "", 3, "x.toml:25:2", "no section 'gird'; did you mean 'grid'?"},
      {"[grid]", "[budget]\n[grid]", "", 3, "x.toml:25:2", "[budget] is not in this version"},
      {"[grid]", "[[when]]\n[grid]", "", 3, "x.toml:25:1", "[[when]] needs 'grid'"},
      {"name = \"small\"", "", "", 3, "x.toml:1:1", "the experiment needs a name"},
      {"\"small\"", "\"../small\"", "", 3, "x.toml:3:8", "must be a folder's name"},
      {"seeds = 1", "seeds = 0", "", 3, "x.toml:4:9", "'seeds' must be a number from 1"},
      {"seeds = 1", "seeds = [3, 3]", "", 3, "x.toml:4:9", "names 3 twice"},
      {"generator_steps = 4", "", "", 3, "x.toml:1:1", "[train] needs 'generator_steps'"},
      {"batch_size = 8", "batch_size = 0", "", 3, "x.toml:7:14",
       "'batch_size' must lie in [1, 2147483647], got 0"},
      {"batch_size = 8", "batch_size = \"8\"", "", 3, "x.toml:7:14",
       "'batch_size' must be an integer, got \"8\""},
      {"batch_size = 8", "batchsize = 8", "", 3, "x.toml:7:1", "did you mean 'batch_size'?"},
      {"every = 2", "every = 0", "", 3, "x.toml:10:9", "'every' must lie in [1, 2147483647], got 0"},
      {"samples = 64", "samples = 99999999", "", 3, "x.toml:11:1", "the data set holds out only 10000"},
      {"samples = 64", "samples = 64\nfinal_samples = 4", "", 3, "x.toml:12:1",
       "evaluate.final_samples is 4, less than evaluate.samples, 64"},
      {"\"modes\"]", "\"classifier_score\"]", "", 3, "x.toml:12:1",
       "needs an extractor that classifies: [evaluate] features = \"classifier\""},
      {"\"modes\"]", "{ plugin = \"prdc\", k = 64 }]", "", 3, "x.toml:12:1",
       "k = 64 needs more than 64 samples; raise evaluate.samples or lower k"},
      {"\"modes\"]", "\"mods\"]", "", 3, "x.toml:12:34", "no metric named 'mods'; did you mean 'modes'?"},
      {"\"ring\"", "\"rign\"", "", 3, "x.toml:14:10", "no dataset named 'rign'; did you mean 'ring'?"},
      {"plugin = \"ring\"", "", "", 3, "x.toml:13:1", "'dataset' does not say which"},
      {"width = 8", "widht = 8", "", 3, "x.toml:17:1",
       "architecture 'mlp' has no parameter 'widht'; did you mean 'width'?  (runner plugin show "
       "architecture/mlp)"},
      {"width = 8", "width = 8.5", "", 3, "x.toml:17:9", "'width' must be an integer, got 8.5"},
      {"\"mlp\"\nwidth = 8\ndepth = 1", "\"dcgan\"", "", 3, "x.toml:16:1", "samples must be [1 or 3, S, S]"},
      {"plugin = \"wasserstein\"", "plugin = 3", "", 3, "x.toml:20:10",
       "'plugin' must be a name in quotes, got 3"},
      {"\"adam\"", "\"adan\"", "", 3, "x.toml:22:8", "did you mean 'adam'?"},
      {"1e-3", "-1e-3", "", 3, "x.toml:23:17", "'learning_rate' must be at least 0, got -0.001"},
      {"[0.0, 0.9]", "[0.0, 1.9]", "", 3, "x.toml:24:9", "'betas' must lie in [0, 1), got 1.9"},
      {"betas = [0.0, 0.9]", "momentum = 0.9", "", 3, "x.toml:24:1",
       "optimizer 'adam' has no setting 'momentum'"},
      {"\"clip\"", "\"clp\"", "", 3, "x.toml:26:13", "no enforcer named 'clp'; did you mean 'clip'?"},
      {"weight = 0.1", "weight = -0.1", "", 3, "x.toml:26:61", "'weight' must lie in [0, 1e6], got -0.1"},
      {"weight = 0.1", "wieght = 0.1", "", 3, "x.toml:26:52",
       "has no parameter 'wieght'; did you mean 'weight'?"},
      {"[\"clip\",", "[\"clip\", \"clip\",", "", 3, "x.toml:26:1", "are the same run"},
      {"[grid]", "[grid]\n\"optimizer.learning_rate\" = { log = [0, 1, 3] }", "", 3, "x.toml:26:37",
       "the ends of a log axis must be positive"},
      {"[grid]", "[grid]\n\"optimizer.learning_rte\" = [1, 2]", "", 3, "x.toml:26:1",
       "[optimizer] has no setting 'learning_rte'; did you mean 'learning_rate'?"},
      {"[resources]",
       "[[override]]\nif = 'enforcer.plugn == \"clip\"'\nset = { \"train.batch_size\" = 3 }\n[resources]", "",
       3, "x.toml:28:6", "no cell has a key 'enforcer.plugn'; did you mean 'enforcer.plugin'?"},
      {"[resources]", "[[exclude]]\nif = 'enforcer.plugin == \"clip\"'\n[resources]", "", 3, "x.toml:27:1",
       "[[exclude]] needs 'why'"},
      {"\"5m\"", "\"5 parsecs\"", "", 3, "x.toml:28:11", "'timeout' must be seconds above 0"},
  };
  for (const Mistake& mistake : mistakes) check(mistake);
}

TEST_CASE("mistakes: in the flags") {
  const std::vector<Mistake> mistakes{
      {"", "", "--set enforcer.weigth=1", 3, "--set enforcer.weigth=1", "did you mean 'weight'?"},
      {"", "", "--set train.batch_size=-4", 3, "--set train.batch_size=-4",
       "'batch_size' must lie in [1, 2147483647], got -4"},
      {"", "", "--set train.batch_sise=4", 3, "--set train.batch_sise=4", "did you mean 'batch_size'?"},
      {"", "", "--set train.precision=fp16", 3, "--set train.precision=fp16",
       "must be one of fp32, fp64, tf32, bf16"},
      {"", "", "--set loss=wassersten", 3, "--set loss=wassersten", "did you mean 'wasserstein'?"},
      {"", "", "--set train.batch_size", 2, "--set train.batch_size", "expected --set key=value"},
      {"", "", "--set =3", 2, "--set =3", "expected --set key=value"},
      {"", "", "--axis enforcer", 2, "--axis enforcer", "expected --axis key=a,b"},
      {"", "", "--axis enforcer=clp,none", 3, "--axis enforcer=clp,none", "did you mean 'clip'?"},
      {"", "", "--axis loss.margin=1,2", 3, "--axis loss.margin=1,2", "has no parameter 'margin'"},
      {"", "", "--only 'loss =='", 2, "--only 'loss =='", "column 8 of the condition"},
      {"", "", "--only 'los.plugin == 1'", 3, "--only 'los.plugin == 1'", "did you mean 'loss.plugin'?"},
      {"", "", "--only 'loss.plugin == \"bce\"'", 3, "--only 'loss.plugin == \"bce\"'", "no cell"},
      {"", "", "--seeds 0", 2, "--seeds 0", "'seeds' must be a number from 1"},
      {"", "", "--seeds 1,1", 2, "--seeds 1,1", "names 1 twice"},
      {"", "", "--seeds many", 2, "--seeds many", "'seeds' must be a number of seeds"},
      {"", "", "--device cuda:99", 2, "--device cuda:99", "no such device here"},
  };
  for (const Mistake& mistake : mistakes) check(mistake);
}

TEST_CASE("mistakes: all of them at once, in the order of their places") {
  const Scratch folder;
  std::string text = changed("width = 8", "widht = 8");
  text.replace(text.find("weight"), 6, "wieght");
  write_file(folder / "x.toml", text);
  const Ended ended = runner(folder.path(), {"sweep", "x.toml", "--set", "train.batch_size=0"});
  CHECK(ended.code == 3);
  const auto first = ended.err.find("x.toml:17:1: "), second = ended.err.find("x.toml:26:52: "),
             third = ended.err.find("--set train.batch_size=0: ");
  CHECK(first == 0);
  CHECK(second != std::string::npos);
  CHECK(second < third);
  CHECK(third != std::string::npos);
}

TEST_CASE("mistakes: plugins that cannot be used end with exit code 4 and one sentence") {
  const fs::path bad = fs::path(MONGE_BINARY_DIR) / "bad_plugins";
  for (const auto& [name, words] :
       std::vector<std::pair<std::string, std::string>>{{"no_header", "no_header"},
                                                        {"wrong_magic", "wrong_magic"},
                                                        {"other_sdk", "sdk: plugin 000000000000, runner "},
                                                        {"other_kind", "enforcer"},
                                                        {"missing_symbol", "undefined symbol"},
                                                        {"text_file", "text_file"},
                                                        {"throws_in_describe", "throws_in_describe"},
                                                        {"crashes_in_describe", "SIGSEGV"}}) {
    CAPTURE(name);
    const Scratch folder;
    write_file(folder / "x.toml", kGood);
    const Ended ended =
        runner(folder.path(), {"sweep", "x.toml", "--plugins", bad.string(), "--set", "loss=" + name});
    CHECK(ended.code == 4);
    CHECK(without(ended.err, words) == "");
    CHECK(without(ended.err, "--set loss=" + name + ": ") == "");
    CHECK_FALSE(fs::exists(folder / "results"));
  }
}

TEST_CASE("mistakes: an unknown plugin is told with the nearest one, exit code 4") {
  const Ended ended = runner({"plugin", "show", "loss/wassersten"});
  CHECK(ended.code == 4);
  CHECK(without(ended.err, "loss/wassersten: no such plugin") == "");
  CHECK(without(ended.err, "did you mean 'wasserstein'?") == "");
}

}  // namespace mistakes_test
