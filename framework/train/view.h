// How code that is written for one run sees tensors: as they are, or as one of K runs at a time (pack/).
#pragma once

#include <memory>
#include <vector>

#include "train/draws.h"
#include "train/game.h"
#include "train/hand_pass.h"

namespace monge::train {

class View {
 public:
  View() = default;
  virtual ~View() = default;
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  virtual Tensor seen(const Tensor& whole) const { return whole; }
  virtual Tensor whole(const Tensor& seen) const { return seen; }
  virtual std::unique_ptr<Draw> draws(const Game& game, Purpose purpose, std::int64_t counter,
                                      std::uint32_t stream) const {
    return std::make_unique<Draws>(game.seed, purpose, counter, game.options, stream);
  }
  /// To be called before passes are forgotten: what they do on the side is done.
  virtual void settle() const {}
  /// `network` run on the whole of `x`, by parameters and running averages that are whole, too.
  virtual std::unique_ptr<HandPass> pass(const Network& network, const std::vector<Tensor>& parameters,
                                         const std::vector<Tensor>& buffers, const Tensor& x) const;
};

/// seen() of each.
std::vector<Tensor> all_seen(const View& view, const std::vector<Tensor>& whole);

}  // namespace monge::train
