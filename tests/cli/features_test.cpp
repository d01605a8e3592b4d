// `runner features train` by the real runner; tests/worker/classifier_test.py trains with it.
#include <doctest/doctest.h>

#include "cli/runner.h"

namespace features_test {

using namespace monge::cli::test;

TEST_CASE("features train: a cache that cannot be written is told before anything is trained") {
  const Scratch folder;
  write_file(folder / "file", "");  // a cache below it cannot be made
  const std::string cache = (folder / "file/cache").string();
  const Ended ended = Started(folder.path(), "/usr/bin/env",
                              {"MONGE_CACHE=" + cache, runner_program().string(), "features", "train"})
                          .wait();
  CHECK(ended.code == 7);
  CHECK(without(ended.err, cache + "/classifiers/fashion_mnist.h5.trial: cannot be written: ") == "");
  CHECK(ended.out.empty());
}

}  // namespace features_test
