#include "schedule/event.h"

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

namespace monge::schedule {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<std::string_view, Event::Kind>, 8> kKinds{{
    {"ready", Event::Kind::ready},
    {"started", Event::Kind::started},
    {"progress", Event::Kind::progress},
    {"snapshot", Event::Kind::snapshot},
    {"waits", Event::Kind::waits},
    {"ended", Event::Kind::ended},
    {"crash", Event::Kind::crash},
    {"lost", Event::Kind::lost},
}};

constexpr std::array<std::string_view, 4> kEnds{"done", "diverged", "failed", "interrupted"};

std::string text_of(const Json& event, const char* key) {
  const auto found = event.find(key);
  return found != event.end() && found->is_string() ? found->get<std::string>() : "";
}

std::int64_t count_of(const Json& event, const char* key) {
  const auto found = event.find(key);
  return found != event.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

// JSON has no NaN: the worker writes null.
double number_of(const Json& event, const char* key) {
  const auto found = event.find(key);
  const bool given = found != event.end() && found->is_number();
  return given ? found->get<double>() : std::numeric_limits<double>::quiet_NaN();
}

bool is_end(std::string_view status) {
  for (const auto end : kEnds) {
    if (status == end) return true;
  }
  return false;
}

}  // namespace

std::optional<Event> parse_event(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  Event event;
  const std::string kind = text_of(json, "event");
  bool known = false;
  for (const auto& [name, value] : kKinds) {
    if (kind != name) continue;
    event.kind = value;
    known = true;
  }
  event.id = text_of(json, "id");
  event.status = text_of(json, "status");
  event.text = text_of(json, event.kind == Event::Kind::started ? "note" : "text");
  event.where = text_of(json, "where");
  event.step = count_of(json, "step");
  event.signal = static_cast<int>(count_of(json, "signal"));
  event.critic_loss = number_of(json, "critic_loss");
  event.generator_loss = number_of(json, "generator_loss");
  event.steps_per_second = number_of(json, "steps_per_second");
  if (!known || (event.kind == Event::Kind::ended && !is_end(event.status))) return std::nullopt;
  return event;
}

}  // namespace monge::schedule
