#include "sweep/definitions.h"

#include "fixture.h"
#include "sweep/identity.h"

namespace definitions_test {

using namespace monge;
using namespace monge::sweep;
using fixture::failure_of;
using fixture::resolved;
using fixture::small;

namespace {

std::string both(const std::string& rest) {
  return small() + "[evaluate]\nmetrics = ['sliced_wasserstein', 'modes']\n" + rest;
}

}  // namespace

TEST_CASE(
    "definitions: cells that measure one value with other parameters or samples are refused at the axis") {
  const auto parameters = failure_of(small() + "[grid]\nevaluate.metrics.projections = [16, 32]\n");
  CHECK(parameters.exit == 3);
  CHECK(parameters.text.find("x.toml:12:") == 0);
  CHECK(
      parameters.text.find("define 'sliced_wasserstein' unlike: evaluate.metrics.projections = 16 and 32") !=
      std::string::npos);
  const auto samples = failure_of(small() + "[grid]\nevaluate.samples = [16, 32]\n");
  CHECK(samples.text.find("x.toml:12:") == 0);
  CHECK(samples.text.find("evaluate.samples = 16 and 32; unlike values are never compared") !=
        std::string::npos);
  CHECK(failure_of(small() + "[grid]\nevaluate.final_samples = [0, 32]\n").exit == 3);
}

TEST_CASE("definitions: features matter to the metrics that read them") {
  const std::string axis = "[grid]\nevaluate.features = ['pixels', 'classifier']\n";
  CHECK(failure_of(both(axis)).text.find("define 'modes' unlike: evaluate.features") != std::string::npos);
  CHECK(failure_of(small() + axis).exit == 0);
}

TEST_CASE("definitions: data sets have classifiers of their own, but share pixels") {
  const std::string axis = "[grid]\ndataset = ['ring', 'mnist']\n";
  CHECK(failure_of(both(axis)).exit == 0);
  CHECK(failure_of(both("features = 'classifier'\n" + axis)).text.find("unlike: dataset.plugin") !=
        std::string::npos);
}

TEST_CASE("definitions: cells may measure different things, and share what they define alike") {
  CHECK(failure_of(small() + "[grid]\nevaluate.metrics = ['sliced_wasserstein', 'modes']\n").exit == 0);
  CHECK(failure_of(small() + "[grid]\nevaluate.every = [10, 20]\n").exit == 0);
}

TEST_CASE("evaluate: features are a name or a TorchScript file, and nothing else") {
  const auto features = [](const std::string& value) {
    return resolved(small() + "[evaluate]\nfeatures = " + value + "\n")
        .cells[0]
        .config["evaluate"]["features"];
  };
  CHECK(resolved(small()).cells[0].config["evaluate"]["features"] == "pixels");
  CHECK(features("'classifier'") == "classifier");
  CHECK(features("{ torchscript = 'a.pt' }") == Json{{"torchscript", "a.pt"}});
  CHECK(resolved(small() + "[evaluate.features]\ntorchscript = 'a.pt'\n").cells.size() == 1);
  for (const char* wrong : {"'pixel'", "3", "{ torchscript = 3 }", "{ file = 'a.pt' }", "['pixels']",
                            "{ torchscript = 'a.pt', size = 3 }", "{ torchscript = '' }"}) {
    CAPTURE(wrong);
    const auto failure = failure_of(small() + "[evaluate]\nfeatures = " + wrong + "\n");
    CHECK(failure.exit == 3);
    CHECK(
        failure.text.find("'features' must be \"pixels\", \"classifier\" or { torchscript = \"file.pt\" }") !=
        std::string::npos);
  }
}

TEST_CASE("evaluate: features and a large evaluation make another run, their defaults do not") {
  const auto id = [](const std::string& rest) { return cell_id(resolved(small() + rest).cells[0].config); };
  CHECK(id("") == id("[evaluate]\nfeatures = 'pixels'\nfinal_samples = 0\n"));
  CHECK(id("") != id("[evaluate]\nfeatures = 'classifier'\n"));
  CHECK(id("") != id("[evaluate]\nfinal_samples = 64\n"));
}

TEST_CASE("primary: a value of the large evaluation may rank the cells, where there is one") {
  const std::string text = "[experiment]\nname = 't'\nprimary = 'sliced_wasserstein_final'\n" +
                           small().substr(small().find("[train]"));
  const auto experiment = resolved(text + "[evaluate]\nfinal_samples = 64\n");
  CHECK(experiment.primary_metric == "sliced_wasserstein_final");
  CHECK(experiment.primary_goal == "min");
  CHECK(failure_of(text).text.find("no metric of this experiment reports 'sliced_wasserstein_final'") !=
        std::string::npos);
}

TEST_CASE("primary: a value that only some cells report is a fault that names one without it") {
  const std::string text =
      "[experiment]\nname = 't'\nprimary = 'modes'\n" + small().substr(small().find("[train]"));
  const auto axis = [&](const std::string& metrics) {
    return failure_of(text + "[grid]\nevaluate.metrics = [" + metrics + "]\n").text;
  };
  CHECK(axis("'modes', ['modes', 'sliced_wasserstein']").empty());
  const std::string one = axis("'modes', 'sliced_wasserstein'");
  CHECK_MESSAGE(
      one.starts_with("x.toml:3:11: the cell 'metrics=sliced_wasserstein' has no metric that reports "
                      "'modes', by which all cells are ranked; add one to the evaluate.metrics of every "
                      "cell, [[exclude]] those without, or choose a value that all of them report"),
      one);
  const std::string two =
      axis("'modes', 'sliced_wasserstein', { plugin = 'sliced_wasserstein', projections = 2 }");
  CHECK_MESSAGE(two.find("' and 1 more cell have no metric that reports 'modes'") != std::string::npos, two);
}

TEST_CASE("definitions: a metric that is there twice is told of one cell") {
  const auto twice = failure_of(
      small() +
      "[evaluate]\nmetrics = [{ plugin = 'sliced_wasserstein', projections = 16 }, "
      "{ plugin = 'sliced_wasserstein', projections = 32 }]\n[grid]\nenforcer = ['none', 'clip']\n");
  CHECK_MESSAGE(twice.text.find("the cell 'enforcer=none' defines 'sliced_wasserstein' twice, unlike: "
                                "evaluate.metrics.projections = 16 and 32") != std::string::npos,
                twice.text);
}

}  // namespace definitions_test
