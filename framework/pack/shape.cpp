#include "pack/shape.h"

#include <sstream>

namespace monge::pack {
namespace {

using Json = nlohmann::json;

template <class Value>
std::string text_of(const Value& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

// An enforcer that only acts after an update does so on each run alone, whatever its parameters.
Json kind_of(const train::BoundEnforcer& enforcer) {
  const auto& schema = enforcer.schema();
  const bool alone = schema.has_project && !schema.has_penalty && !schema.has_weight;
  return {enforcer.plugin.key(), alone ? Json() : enforcer.plugin.table};
}

}  // namespace

Json shape_of(const train::Game& game) {
  const auto& settings = game.settings;
  Json enforcers = Json::array();
  for (const auto& enforcer : game.enforcers) enforcers.push_back(kind_of(enforcer));
  return {{"networks", game.generator->table() + game.critic->table()},
          {"batches", {settings.batch_size, settings.latent}},
          {"critic steps", {settings.critic_steps, settings.warm_up}},
          {"precisions", text_of(game.options.dtype())},
          {"devices", text_of(game.options.device())},
          {"losses", {game.loss.key(), game.loss.table}},
          {"enforcers", enforcers},
          {"kinds of data", {game.reads.labels, game.fixed_generator()}}};
}

std::string unlike(const train::Game& a, const train::Game& b) {
  const Json one = shape_of(a), other = shape_of(b);
  for (const auto& [name, value] : one.items()) {
    if (value != other.at(name)) return "their " + name + " differ";
  }
  return "";
}

}  // namespace monge::pack
