// The one game that a pack plays: the first run's, with plugins of its own whose Reals are one value a run.
#pragma once

#include "pack/member.h"
#include "train/view.h"

namespace monge::pack {

class CommonGame {
 public:
  /// Throws std::invalid_argument with the reason where two are `unlike` (shape.h).
  explicit CommonGame(const std::vector<Member>& seats);

  const train::Game& operator*() const { return game_; }
  const train::Game* operator->() const { return &game_; }

  /// Lets plugins see their Reals as code of one run does, for as long as `view` lives.
  void show_to(const train::View& view) const;

 private:
  template <class Interface>
  void vary(const plugin::Bound<Interface>& plugin, const std::vector<Member>& seats,
            const plugin::Bound<Interface>& (*of)(const train::Game& game, std::size_t place),
            std::size_t place);

  // A Real that differs among the runs; equal ones stay numbers, which are faster.
  struct Varied {
    const Param* param;
    void* object;
    Tensor each;  // [K]
  };
  train::Game game_;
  std::vector<Varied> varied_;
};

}  // namespace monge::pack
