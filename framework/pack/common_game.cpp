#include "pack/common_game.h"

#include <algorithm>
#include <stdexcept>

#include "pack/shape.h"

namespace monge::pack {
namespace {

using train::Game;

Game copy_of(const Game& game) {
  Game copy;
  copy.settings = game.settings;
  copy.seed = game.seed;
  copy.options = game.options;
  copy.strategy = game.strategy;
  copy.problem = game.problem;
  copy.loss = plugin::bind<Loss>(*game.loss.library, game.loss.table);
  for (const auto& own : game.enforcers) {
    copy.enforcers.push_back({plugin::bind<Enforcer>(*own.plugin.library, own.plugin.table), own.stream,
                              own.reads_score, own.reads_slope});
  }
  copy.generator = std::make_unique<train::Network>(*game.generator);
  copy.critic = std::make_unique<train::Network>(*game.critic);
  copy.data = game.data;
  copy.reads = game.reads;
  return copy;
}

const plugin::Bound<Loss>& loss_of(const Game& game, std::size_t) { return game.loss; }

const plugin::Bound<Enforcer>& enforcer_of(const Game& game, std::size_t place) {
  return game.enforcers[place].plugin;
}

}  // namespace

CommonGame::CommonGame(const std::vector<Member>& seats) : game_(copy_of(*seats.front().game)) {
  for (const Member& seat : seats) {
    const std::string why = unlike(game_, *seat.game);
    if (!why.empty()) throw std::invalid_argument("runs cannot be packed: " + why);
  }
  vary(game_.loss, seats, loss_of, 0);
  for (std::size_t e = 0; e < game_.enforcers.size(); ++e)
    vary(game_.enforcers[e].plugin, seats, enforcer_of, e);
}

template <class Interface>
void CommonGame::vary(const plugin::Bound<Interface>& plugin, const std::vector<Member>& seats,
                      const plugin::Bound<Interface>& (*of)(const Game& game, std::size_t place),
                      std::size_t place) {
  for (const Param& param : plugin.schema().params) {
    if (!param.vary || !plugin.table.contains(param.name)) continue;
    std::vector<double> each;
    for (const Member& seat : seats) each.push_back(of(*seat.game, place).table.at(param.name));
    if (std::all_of(each.begin(), each.end(), [&](double value) { return value == each.front(); })) continue;
    varied_.push_back({&param, plugin.self, at::tensor(each, at::kDouble).to(game_.options)});
  }
}

void CommonGame::show_to(const train::View& view) const {
  for (const Varied& real : varied_) real.param->vary(real.object, Real(view.seen(real.each)));
}

}  // namespace monge::pack
