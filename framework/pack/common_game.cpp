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

}  // namespace

CommonGame::CommonGame(const std::vector<Member>& seats) : game_(copy_of(*seats.front().game)) {
  for (const Member& seat : seats) {
    const std::string why = unlike(game_, *seat.game);
    if (!why.empty()) throw std::invalid_argument("runs cannot be packed: " + why);
  }
  vary(game_.loss.schema(), game_.loss.self, kLoss, seats);
  for (Place e = 0; e < game_.enforcers.size(); ++e) {
    const auto& plugin = game_.enforcers[e].plugin;
    vary(plugin.schema(), plugin.self, e, seats);
  }
}

const nlohmann::json& CommonGame::table_of(const Game& game, Place place) {
  return place == kLoss ? game.loss.table : game.enforcers[place].plugin.table;
}

void CommonGame::vary(const Schema& schema, void* object, Place place, const std::vector<Member>& seats) {
  for (const Param& param : schema.params) {
    if (!param.vary || !table_of(game_, place).contains(param.name)) continue;
    std::vector<double> each;
    for (const Member& seat : seats) each.push_back(table_of(*seat.game, place).at(param.name));
    if (std::all_of(each.begin(), each.end(), [&](double value) { return value == each.front(); }))
      equal_.push_back({&param, place, each.front()});
    else
      varied_.push_back({&param, object, place, at::tensor(each, at::kDouble).to(game_.options.device())});
  }
}

bool CommonGame::take(std::size_t k, const Game& game) {
  if (!unlike(game_, game).empty()) return false;
  for (const Equal& real : equal_) {
    if (table_of(game, real.place).at(real.param->name) != real.value) return false;
  }
  for (const Varied& real : varied_)
    row(real.each, k).fill_(table_of(game, real.place).at(real.param->name).get<double>());
  return true;
}

void CommonGame::show_to(const train::View& view) const {
  for (const Varied& real : varied_) real.param->vary(real.object, Real(view.seen(real.each)));
}

}  // namespace monge::pack
