// The worker's two pipes to its parent: requests on descriptor 0, answers and events on descriptor 3, one
// JSON a line.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace monge::worker {

inline constexpr int kEvents = 3;

/// Writes one line whole. A parent that is gone ends this process: there is nobody to work for.
void send(const nlohmann::json& message);

/// Carries out a request; a fault is sent as {"error": text, "exit": code}.
void answer(const nlohmann::json& request,
            const std::function<void(const nlohmann::json& request)>& carry_out);

/// answer() for a mode that has one request. Returns the exit code of this process.
int answer_once(const std::function<void(const nlohmann::json& request)>& carry_out);

/// The folders of plugins that a request names.
std::vector<std::filesystem::path> search_of(const nlohmann::json& request);

/// The next request, or nothing at the end of input or when a signal asks to stop.
std::optional<nlohmann::json> receive();

}  // namespace monge::worker
