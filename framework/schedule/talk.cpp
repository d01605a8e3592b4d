#include "schedule/talk.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "monge/error.h"

namespace monge::schedule {
namespace {

using Json = nlohmann::json;

constexpr double kStartSeconds = 120;
constexpr std::size_t kLongestAnswer = std::size_t{256} << 20;

// Throws Error(Exit::failed) where it is no executable.
void need(const std::filesystem::path& worker) {
  if (::access(worker.c_str(), X_OK) != 0 || !std::filesystem::is_regular_file(worker)) {
    throw Error(Exit::failed,
                worker.string() + ": not found or not executable; it is built and installed beside runner");
  }
}

Launch launch(const std::filesystem::path& worker, const std::string& mode, int output) {
  need(worker);
  Launch result;
  result.program = worker;
  result.arguments = {mode};
  result.environment = {{"OMP_NUM_THREADS", "1"}, {"OMP_WAIT_POLICY", "passive"}};
  result.output = output;
  result.longest_line = kLongestAnswer;
  return result;
}

}  // namespace

Json search_of(const std::vector<std::filesystem::path>& folders) {
  Json search = Json::array();
  for (const auto& folder : folders) search.push_back(std::filesystem::absolute(folder).string());
  return search;
}

Talk::Talk(std::filesystem::path worker, std::string mode)
    : worker_(std::move(worker)), mode_(std::move(mode)), child_(launch(worker_, mode_, output_.fd())) {}

std::string Talk::words() const {
  const std::string words = output_.tail(10);
  return words.empty() ? "" : "; it says:\n" + words;
}

void Talk::fail() const {
  throw Error(Exit::failed, worker_.string() + " " + mode_ + ": " +
                                (where_.empty() ? "" : "in " + where_ + ": ") + fault_ + words());
}

// False when the child is dead and has left no more lines; then the fault says why.
bool Talk::listen(Clock::time_point until) {
  if (!fault_.empty()) return false;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  pollfd fds[] = {{child_.events_fd(), POLLIN, 0},
                  {child_.wants_write() ? child_.requests_fd() : -1, POLLOUT, 0}};
  if (left > 0) ::poll(fds, 2, static_cast<int>(std::min<std::int64_t>(left, 3'600'000)));
  child_.flush();
  std::vector<std::string> lines;
  const Child::Stream stream = child_.read(lines);
  lines_.insert(lines_.end(), lines.begin(), lines.end());
  if (!lines_.empty()) return true;
  if (stream == Child::Stream::open && Clock::now() < until) return true;
  // A closed stream comes with the end of the process, a moment apart.
  pollfd death{child_.death_fd(), POLLIN, 0};
  const bool dead = stream == Child::Stream::closed && ::poll(&death, 1, 5000) > 0;
  if (stream == Child::Stream::open) {  // it hangs: its handler of this signal says in what
    child_.signal(SIGABRT);
    ::poll(&death, 1, 1000);
    child_.read(lines);
    lines_.insert(lines_.end(), lines.begin(), lines.end());
  }
  if (!dead) child_.kill();
  const Death how = child_.wait();
  fault_ = dead                               ? how.text()
           : stream == Child::Stream::flooded ? "answered without end"
           : stream == Child::Stream::closed  ? "closed file descriptor 3"
                                              : "hung";
  return !lines_.empty();
}

std::optional<Json> Talk::message(double patience_seconds) {
  // Before its first word it loads LibTorch, perhaps over a network.
  const double patience = heard_ ? patience_seconds : std::max(patience_seconds, kStartSeconds);
  const auto until =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(patience));
  while (lines_.empty()) {
    if (!listen(until)) return std::nullopt;
  }
  heard_ = true;
  Json json = Json::parse(lines_.front(), nullptr, false);
  lines_.pop_front();
  if (json.is_object()) return json;
  child_.kill();
  child_.wait();
  fault_ = "printed to file descriptor 3";
  return std::nullopt;
}

std::optional<Json> Talk::next(double patience_seconds) {
  while (std::optional<Json> said = message(patience_seconds)) {
    if (said->contains("error"))
      throw Error(static_cast<Exit>(said->value("exit", static_cast<int>(Exit::failed))),
                  said->value("error", ""));
    const bool crashed = said->value("event", "") == "crash";
    if (!crashed && !said->contains("opening")) {
      where_.clear();
      return said;
    }
    const std::string place = said->value(crashed ? "where" : "opening", "");
    if (!place.empty()) where_ = place;
  }
  return std::nullopt;
}

Json ask(const std::filesystem::path& worker, const std::string& mode, const Json& request,
         double patience_seconds) {
  Talk talk(worker, mode);
  talk.send(request);
  const std::optional<Json> answer = talk.next(patience_seconds);
  if (!answer) talk.fail();
  return *answer;
}

}  // namespace monge::schedule
