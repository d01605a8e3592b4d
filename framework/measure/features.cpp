#include "measure/features.h"

#include <monge/error.h>
#include <torch/script.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "train/calling.h"

namespace monge::measure {
namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& fault) {
  throw Error(Exit::experiment, "evaluate.features: " + name + " " + fault);
}

// What is wrong stands below the script's own traceback.
std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

void check(const Features& part, std::int64_t rows, const std::string& name) {
  const auto is_table = [&](const Tensor& t) { return t.dim() == 2 && t.size(0) == rows; };
  if (!part.x.defined() || !is_table(part.x)) {
    refuse(name, "gives " + (part.x.defined() ? c10::str(part.x.sizes()) : "nothing") + " for " +
                     std::to_string(rows) +
                     " samples; it must give features [n, F], or a tuple of them and "
                     "class probabilities [n, K]");
  }
  const Tensor& p = part.probability;
  if (!p.defined()) return;
  const bool good = is_table(p) && p.min().item<double>() >= 0 &&
                    (p.to(at::kDouble).sum(1) - 1).abs().max().item<double>() < 1e-3;
  if (!good) refuse(name, "gives class probabilities " + c10::str(p.sizes()) + " whose rows do not add to 1");
}

Features from_value(const c10::IValue& value, const std::string& name) {
  if (value.isTensor()) return {value.toTensor(), {}};
  if (value.isTuple()) {
    const auto& parts = value.toTupleRef().elements();
    if (parts.size() == 2 && parts[0].isTensor() && parts[1].isTensor()) {
      return {parts[0].toTensor(), parts[1].toTensor()};
    }
  }
  refuse(name, "gives a " + value.tagKind() +
                   "; it must give features [n, F], or a tuple of them and class "
                   "probabilities [n, K]");
}

}  // namespace

Extractor pixels() {
  return {"pixels", "none", [](const Tensor& samples) { return Features{samples.flatten(1), {}}; }};
}

Extractor torchscript(const std::filesystem::path& file, std::string hash, at::Device device) {
  const std::string name = "torchscript(" + file.filename().string() + ")";
  torch::jit::Module module;
  try {
    module = torch::jit::load(file.string(), device);
  } catch (const std::exception& error) {
    const std::string text = train::words_of(error);
    refuse(name,
           "cannot be loaded as TorchScript from " + file.string() + ": " + text.substr(0, text.find('\n')));
  }
  module.eval();
  return {name, std::move(hash), [module, name](const Tensor& samples) mutable {
            // An optimised graph is another after some calls, and rounds in another way.
            const torch::jit::GraphOptimizerEnabledGuard plain(false);
            c10::IValue value;
            try {
              value = module.forward({samples.to(at::kFloat)});
            } catch (const std::exception& error) {
              refuse(name, "fails on samples " + c10::str(samples.sizes()) + ": " +
                               last_line(train::words_of(error)));
            }
            return from_value(value, name);
          }};
}

Features features_of(const Extractor& extractor, const Tensor& samples) {
  constexpr std::int64_t kPortion = 256;
  std::vector<Tensor> x, probability;
  for (std::int64_t first = 0; first < samples.size(0); first += kPortion) {
    const std::int64_t size = std::min(kPortion, samples.size(0) - first);
    Features part = extractor.extract(samples.narrow(0, first, size));
    check(part, size, extractor.name);
    x.push_back(std::move(part.x));
    if (part.probability.defined()) probability.push_back(std::move(part.probability));
  }
  return {at::cat(x), probability.empty() ? Tensor() : at::cat(probability)};
}

}  // namespace monge::measure
