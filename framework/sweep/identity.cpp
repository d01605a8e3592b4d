#include "sweep/identity.h"

#include "record/hash.h"

namespace monge::sweep {
namespace {

constexpr std::size_t digits = 12;

Json without_steps(Json config) {
  config["train"].erase("generator_steps");
  return config;
}

std::string hash(const Json& json) {
  return record::sha256(json.dump(-1, ' ', true, Json::error_handler_t::replace)).substr(0, digits);
}

}  // namespace

std::string cell_id(const Json& config) { return hash(without_steps(config)); }

std::string run_id(const Json& config, std::int64_t seed) {
  Json whole = without_steps(config);
  whole["seed"] = seed;
  return hash(whole);
}

}  // namespace monge::sweep
