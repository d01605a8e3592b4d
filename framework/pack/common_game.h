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

  /// Gives seat k to another run. False where it cannot: it is unlike, or has a Real that was equal for all
  /// so far.
  bool take(std::size_t k, const train::Game& game);

  /// Lets plugins see their Reals as code of one run does, for as long as `view` lives.
  void show_to(const train::View& view) const;

 private:
  // A plugin's place in a game: the loss, or one of the enforcers.
  using Place = std::size_t;
  static constexpr Place kLoss = static_cast<Place>(-1);
  static const nlohmann::json& table_of(const train::Game& game, Place place);
  void vary(const Schema& schema, void* object, Place place, const std::vector<Member>& seats);

  // A Real that differs among the runs; equal ones stay numbers, which are faster.
  struct Varied {
    const Param* param;
    void* object;
    Place place;
    Tensor each;  // [K]
  };
  struct Equal {
    const Param* param;
    Place place;
    double value;
  };
  train::Game game_;
  std::vector<Varied> varied_;
  std::vector<Equal> equal_;
};

}  // namespace monge::pack
