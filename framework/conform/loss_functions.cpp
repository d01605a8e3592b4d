#include "conform/loss_functions.h"

#include "conform/made_scores.h"

namespace monge::conform {

Functions functions_of(const Subject<Loss>& subject) {
  const Loss* loss = subject.plugin.object.get();
  const auto inputs = [](std::uint64_t seed) { return parts_of(made_scores(seed)); };
  return {{"critic", inputs, [loss](const Tensors& x, Draw&) { return Tensors{loss->critic(scores_of(x))}; }},
          {"generator", inputs,
           [loss](const Tensors& x, Draw&) { return Tensors{loss->generator(scores_of(x))}; }}};
}

}  // namespace monge::conform
