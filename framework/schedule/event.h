// One line that a worker in `serve` says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace monge::schedule {

struct Event {
  enum class Kind { ready, started, progress, snapshot, waits, ended, crash, lost };
  Kind kind = Kind::ready;
  std::string id, status, text;  // text: of ended or lost, the note of started, of waits why it is alone now
  std::string where;             // of crash: the plugin
  std::int64_t step = 0;
  int signal = 0;
  double critic_loss = 0, generator_loss = 0, steps_per_second = 0;
};

/// Nothing when the line is none of the events a worker may send.
std::optional<Event> parse_event(std::string_view line);

}  // namespace monge::schedule
