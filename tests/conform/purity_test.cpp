// What keeps a plugin out of packs and graphs, found in the plugins of a configuration.
#include "conform/purity.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <functional>

#include "conform/function.h"

namespace purity_test {

using namespace monge;
using Json = nlohmann::json;

namespace {

std::string impurity(const std::string& loss, const Json& enforcers) {
  plugin::Catalog catalog({std::filesystem::path(MONGE_BINARY_DIR) / "plugins",
                           std::filesystem::path(MONGE_BINARY_DIR) / "bad_plugins"});
  return conform::impurity(catalog, {{"loss", {{"plugin", loss}}}, {"enforcer", enforcers}});
}

Json enforcer(const std::string& plugin) { return Json::array({{{"plugin", plugin}}}); }

}  // namespace

TEST_CASE("purity: every built-in loss and enforcer may be packed") {
  for (const std::string loss : {"bce", "wasserstein", "hinge", "least_squares", "relativistic_average",
                                 "relativistic_pairing", "f_divergence", "c_transform"})
    CHECK(impurity(loss, enforcer("gradient_penalty")) == "");
  for (const std::string plugin : {"none", "clip", "spectral_norm", "orthonormal", "lecam"})
    CHECK(impurity("bce", enforcer(plugin)) == "");
}

TEST_CASE("purity: a fault is one line that begins with the plugin's name") {
  const std::string reads = impurity("reads_values", enforcer("none"));
  CHECK(reads.starts_with("loss/reads_values: critic() reads a tensor's values on the host"));
  CHECK(reads.find('\n') == std::string::npos);
  CHECK(impurity("hidden_state", enforcer("none")).starts_with("loss/hidden_state: "));
  CHECK(impurity("own_randomness", enforcer("none")).starts_with("loss/own_randomness: "));
  CHECK(impurity("reads_real", enforcer("none"))
            .starts_with("loss/reads_real: critic() reads a Real as a number: "));
  CHECK(impurity("changes_input", enforcer("none")).starts_with("loss/changes_input: "));
  CHECK(impurity("bce", enforcer("counts_steps")).starts_with("enforcer/counts_steps: "));
}

TEST_CASE("purity: what cannot be computed for several runs says in which function, and what to do") {
  using conform::Tensors;
  const auto fault_of = [](std::function<Tensor(const Tensor&)> function) {
    return conform::packs({{"critic", [](std::uint64_t) { return Tensors{at::ones({4}, at::kDouble)}; },
                            [=](const Tensors& in, Draw&) { return Tensors{function(in[0])}; }}});
  };
  CHECK(fault_of([](const Tensor& x) { return x * 2; }) == "");
  CHECK(
      fault_of([](const Tensor& x) {
        return x * x.detach().abs().mean().item<double>();
      }).starts_with("critic() reads a tensor's values on the host, by .item() or an `if` over a tensor: "));
  const auto unlike = fault_of([](const Tensor& x) { return x.nonzero(); });
  CHECK(unlike.starts_with("critic() cannot be computed for three runs at once: "));
  CHECK(unlike.find("lease") == std::string::npos);
}

}  // namespace purity_test
