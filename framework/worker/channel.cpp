#include "worker/channel.h"

#include <unistd.h>

#include <cerrno>

#include "monge/error.h"
#include "worker/stop.h"

namespace monge::worker {

void send(const nlohmann::json& message) {
  // Text from plugins may not be UTF-8; a message is never lost for that.
  const std::string line = message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  std::size_t sent = 0;
  while (sent < line.size()) {
    const ssize_t n = write(kEvents, line.data() + sent, line.size() - sent);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) _exit(0);
    sent += static_cast<std::size_t>(n);
  }
}

std::optional<nlohmann::json> receive() {
  static std::string buffer;  // what came after the last whole line
  while (true) {
    if (const auto end = buffer.find('\n'); end != std::string::npos) {
      auto message = nlohmann::json::parse(buffer.substr(0, end));
      buffer.erase(0, end + 1);
      return message;
    }
    char chunk[65536];
    if (!wait_for_input(STDIN_FILENO)) return std::nullopt;
    const ssize_t n = read(STDIN_FILENO, chunk, sizeof chunk);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return std::nullopt;
    buffer.append(chunk, static_cast<std::size_t>(n));
  }
}

std::vector<std::filesystem::path> search_of(const nlohmann::json& request) {
  std::vector<std::filesystem::path> folders;
  for (const auto& folder : request.value("search", nlohmann::json::array()))
    folders.emplace_back(folder.get<std::string>());
  return folders;
}

void answer(const nlohmann::json& request,
            const std::function<void(const nlohmann::json& request)>& carry_out) {
  try {
    carry_out(request);
  } catch (const Error& error) {
    send({{"error", error.what()}, {"exit", static_cast<int>(error.exit())}});
  } catch (const std::exception& error) {
    send({{"error", error.what()}, {"exit", static_cast<int>(Exit::failed)}});
  }
}

int answer_once(const std::function<void(const nlohmann::json& request)>& carry_out) {
  if (const auto request = receive()) answer(*request, carry_out);
  return 0;
}

}  // namespace monge::worker
