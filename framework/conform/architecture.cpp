// What the host relies on in an architecture. It sees shapes only, so there are no data that it could leak.
#include <monge/error.h>

#include "conform/common.h"
#include "conform/kinds.h"
#include "conform/scalar.h"
#include "train/arena.h"
#include "train/forward.h"

namespace monge::conform {
namespace {

using train::Network;
using ArchitectureSubject = Subject<Architecture>;

constexpr std::int64_t kLatent = 16;

std::vector<Problem> problems(std::int64_t classes) {
  std::vector<Problem> all;
  for (const std::int64_t side : {28, 32, 64}) {
    for (const std::int64_t channels : {1, 3}) {
      all.push_back({{channels, side, side}, kLatent, classes, Range::symmetric});
    }
  }
  all.push_back({{2}, kLatent, classes, Range::unbounded});
  return all;
}

struct Pair {
  Network generator, critic;
};

// Nothing where the plugin itself refuses the problem with a sentence, `refusal`; that is its right.
std::optional<Pair> networks(const ArchitectureSubject& subject, const Problem& problem,
                             std::string& refusal) {
  Layers generator, critic;
  try {
    generator = subject->generator(problem);
    critic = subject->critic(problem);
  } catch (const Error& error) {
    refusal = error.what();
    return std::nullopt;
  }
  return Pair{Network("generator", generator, {problem.latent}, problem.sample, problem.classes),
              Network("critic", critic, problem.sample, {1}, problem.classes)};
}

std::string text_of(const Problem& problem) {
  return train::text_of(problem.sample) +
         (problem.classes > 0 ? " with " + std::to_string(problem.classes) + " classes" : "");
}

// All problems that it takes, without and with classes.
template <class Use>
std::string for_each_problem(const ArchitectureSubject& subject, Use&& use) {
  bool taken = false;
  std::string refusal;
  for (const std::int64_t classes : {0, 10}) {
    for (const Problem& problem : problems(classes)) {
      try {
        const auto pair = networks(subject, problem, refusal);
        if (!pair) continue;
        taken = true;
        if (const std::string fault = use(problem, *pair); !fault.empty()) {
          return "for samples " + text_of(problem) + ": " + fault;
        }
      } catch (const std::exception& error) {
        return "for samples " + text_of(problem) + ": " + error.what();
      }
    }
  }
  if (!taken) throw Spared("it refuses all samples that are tried: " + refusal);
  return "";
}

std::string shapes(const ArchitectureSubject& subject) {
  return for_each_problem(subject, [](const Problem& problem, const Pair& pair) -> std::string {
    if (pair.generator.size() == 0) return "its generator has no parameters";
    if (pair.critic.size() == 0) return "its critic has no parameters";
    const bool conditional = pair.generator.conditional() || pair.critic.conditional();
    return conditional && problem.classes == 0 ? "it reads labels where there are none" : "";
  });
}

std::string layers_text(const ArchitectureSubject& subject) {
  std::string text, refusal;
  for (const Problem& problem : problems(0)) {
    const auto pair = networks(subject, problem, refusal);
    if (pair) text += text_of(problem) + "\n" + pair->generator.table() + pair->critic.table();
  }
  return text;
}

Functions functions_of(const ArchitectureSubject& subject) {
  return {{"generator() and critic", [](std::uint64_t) { return Tensors(); },
           [&subject](const Tensors&, Draw&) {
             const std::string text = layers_text(subject);
             return Tensors{at::tensor(std::vector<std::int64_t>(text.begin(), text.end()))};
           }}};
}

// The networks of the first problem that it takes, at their initial values, the generator's `scale` times as
// large, on two samples. Only images have bounds: of points none are asked of `scale`d ones.
template <class Use>
std::string with_values(const ArchitectureSubject& subject, Range range, double scale, Use&& use) {
  std::string refusal = "it makes no images";
  for (const std::int64_t classes : {0, 10}) {
    for (Problem problem : problems(classes)) {
      if (problem.sample.size() == 1 && scale != 1) continue;
      problem.range = range;
      const auto pair = networks(subject, problem, refusal);
      if (!pair) continue;
      train::Arena generator(pair->generator, at::kDouble), critic(pair->critic, at::kDouble);
      train::initialise(generator, pair->generator, 1, train::Purpose::init_generator);
      train::initialise(critic, pair->critic, 1, train::Purpose::init_critic);
      generator.flat.mul_(scale);
      const Tensor label = classes > 0 ? at::arange(2) : Tensor();
      const Tensor z = draws(1).normal({2, problem.latent});
      const Tensor x = train::forward(pair->generator, z, {.parameters = generator.leaves, .labels = label});
      const Tensor score = train::forward(pair->critic, x, {.parameters = critic.leaves, .labels = label});
      return use(x, score, generator, critic);
    }
  }
  throw Spared("it refuses all samples that are tried: " + refusal);
}

constexpr double kFar = 100;  // only a bounded activation stays inside there

std::string range(const ArchitectureSubject& subject) {
  for (const auto& [range, lowest, name] :
       {std::tuple{Range::symmetric, -1.0, "[-1, 1]"}, {Range::unit, 0.0, "[0, 1]"}}) {
    std::string fault = with_values(
        subject, range, kFar, [&, low = lowest, text = name](const Tensor& x, const auto&...) -> std::string {
          const bool inside = x.min().item<double>() >= low && x.max().item<double>() <= 1;
          return inside ? ""
                        : std::string("its generator leaves ") + text + "; use add_output(problem.range)";
        });
    if (!fault.empty()) return fault;
  }
  return "";
}

std::string learns(const ArchitectureSubject& subject) {
  return with_values(subject, Range::symmetric, 1,
                     [](const Tensor& x, const Tensor& score, const auto& generator, const auto& critic) {
                       if (!finite(x) || !finite(score)) return "its networks begin with values not finite";
                       for (const auto* arena : {&generator, &critic}) {
                         double most = 0;
                         for (const Tensor& g : gradients(score.sum(), arena->leaves)) {
                           if (!finite(g)) return "its networks begin with gradients that are not finite";
                           most = std::max(most, g.abs().max().template item<double>());
                         }
                         if (most == 0) return "no parameter of one of its networks moves the score";
                       }
                       return "";
                     });
}

}  // namespace

Checks<Architecture> architecture_checks() {
  Checks<Architecture> checks{
      {"shapes", "from latents to samples and from samples to one score, or a sentence that refuses", shapes},
      {"range", "samples outside the data's range are told apart by that alone", range},
      {"learns", "the score must depend on the weights of both networks, finitely", learns},
  };
  const FunctionsOf<Architecture> functions = [](const ArchitectureSubject& s) { return functions_of(s); };
  add_purity<Architecture>(checks, functions);
  return checks;
}

}  // namespace monge::conform
