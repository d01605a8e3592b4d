#include "pack/shape.h"

#include <sstream>

#include "kernels/optimise.h"

namespace monge::pack {
namespace {

using Json = nlohmann::json;

template <class Value>
std::string text_of(const Value& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

// The plugin and its parameters but for Reals, which may be one value a run.
template <class Interface>
Json kind_of(const plugin::Bound<Interface>& plugin) {
  Json table = plugin.table;
  for (const Param& param : plugin.schema().params) {
    if (param.vary) table.erase(param.name);
  }
  return {plugin.key(), table};
}

}  // namespace

Json shape_of(const train::Game& game) {
  const auto& settings = game.settings;
  Json enforcers = Json::array();
  for (const auto& enforcer : game.enforcers)
    enforcers.push_back({kind_of(enforcer.plugin), enforcer.reads_score, enforcer.reads_slope});
  return {{"networks", game.generator->table() + game.critic->table()},
          {"batches", {settings.batch_size, settings.latent}},
          {"critic steps", {settings.critic_steps, settings.warm_up}},
          {"precisions", {text_of(game.options.dtype()), settings.bf16}},
          {"devices", text_of(game.options.device())},
          {"losses", kind_of(game.loss)},
          {"averages", settings.ema > 0},
          {"optimisers' moments",
           {kernels::by_second_alone(settings.critic), kernels::by_second_alone(settings.generator)}},
          {"enforcers", enforcers},
          {"kinds of data", {game.reads.labels, game.fixed_generator()}}};
}

std::string unlike(const train::Game& a, const train::Game& b) {
  const Json one = shape_of(a), other = shape_of(b);
  for (const auto& [name, value] : one.items()) {
    if (value != other.at(name)) return "their " + name + " differ";
  }
  return a.data == b.data ? "" : "their data differ";
}

}  // namespace monge::pack
