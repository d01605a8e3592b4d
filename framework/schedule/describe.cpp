#include "schedule/describe.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>

#include "monge/error.h"

namespace monge::schedule {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kLongestAnswer = std::size_t{256} << 20;
constexpr int kAccidentsOfOne = 2;   // of one plugin, before its other cells are no longer asked about
constexpr int kAccidents = 16;       // of all
constexpr std::size_t kBatch = 256;  // cells asked about in one request: the child loads their data once

bool names(const Json& place, const std::string& plugin) {
  if (place.is_object()) return place.value("plugin", Json()) == plugin;
  return std::any_of(place.begin(), place.end(), [&](const Json& one) {
    return one.is_object() && one.value("plugin", Json()) == plugin;
  });
}

// `key` is "loss/bce". A metric's place in a configuration is evaluate.metrics.
bool uses(const Json& config, const std::string& key) {
  const auto slash = key.find('/');
  if (slash == std::string::npos) return false;
  const std::string kind = key.substr(0, slash), name = key.substr(slash + 1);
  const Json evaluate = config.value("evaluate", Json::object());
  return names(kind == "metric" ? evaluate.value("metrics", Json()) : config.value(kind, Json()), name);
}

CellFacts::Network network(const Json& json) {
  return {json.at("parameters").get<std::int64_t>(), json.at("flops").get<double>()};
}

CellFacts facts_from(const Json& json) {
  CellFacts facts;
  facts.error = json.value("error", "");
  if (!facts.error.empty()) return facts;
  facts.sample = json.at("sample").get<std::vector<std::int64_t>>();
  facts.generator = network(json.at("generator"));
  facts.critic = network(json.at("critic"));
  facts.step_flops = json.at("step_flops").get<double>();
  facts.state_bytes = json.at("state_bytes").get<std::int64_t>();
  facts.table = json.at("table").get<std::string>();
  facts.warnings = json.value("warnings", std::vector<std::string>());
  facts.fingerprint = json.at("fingerprint");
  return facts;
}

void check_answer(const Json& answer, const std::filesystem::path& worker) {
  if (const std::string fault = answer.value("error", ""); !fault.empty()) {
    throw Error(Exit::failed, worker.string() + " describe: " + fault);
  }
}

std::vector<CellFacts> facts_of(const Json& answer, std::size_t count, const std::filesystem::path& worker) {
  check_answer(answer, worker);
  try {
    std::vector<CellFacts> facts;
    for (std::size_t i = 0; i < count; ++i) facts.push_back(facts_from(answer.at("cells").at(i)));
    return facts;
  } catch (const Json::exception& fault) {
    throw Error(Exit::failed, worker.string() + " describe: an answer that is none (" + fault.what() +
                                  "); runner and runner-worker must come from one build");
  }
}

struct Range {
  std::size_t begin, end;
};

/// Cells that have ended a child, by the plugin it was in ("": unknown).
class Accidents {
 public:
  std::string blame(const std::string& plugin, const std::string& fault) {
    auto& [count, text] = by_plugin_[plugin];
    ++count;
    ++total_;
    return text = (plugin.empty() ? "" : "in " + plugin + ": ") + fault + " while the cell was described";
  }
  /// Why this cell is not worth another child, "" when it is.
  std::string given_up(const Json& config) const {
    for (const auto& [plugin, accident] : by_plugin_) {
      if (accident.first >= kAccidentsOfOne && uses(config, plugin)) return accident.second;
    }
    return total_ >= kAccidents ? "not described: too many other cells have ended runner-worker" : "";
  }

 private:
  std::map<std::string, std::pair<int, std::string>> by_plugin_;  // how many, the last one's sentence
  int total_ = 0;
};

Launch launch(const std::filesystem::path& worker, int output) {
  Launch result;
  result.program = worker;
  result.arguments = {"describe"};
  result.environment = {{"OMP_NUM_THREADS", "1"}, {"OMP_WAIT_POLICY", "passive"}};
  result.output = output;
  result.longest_line = kLongestAnswer;
  return result;
}

}  // namespace

struct Describer::Talk {
  explicit Talk(const std::filesystem::path& worker) : child(launch(worker, output.fd())) {}

  /// The next answer, or nothing: then `fault` says what became of the child, which is dead.
  std::optional<Json> answer(double patience_seconds);

  Capture output;
  Child child;
  std::string opening;  // the plugin it touched last since its last answer
  std::string fault;

 private:
  bool listen(Clock::time_point until);
  std::deque<std::string> lines_;
};

// False when the child is dead, and `fault` says why.
bool Describer::Talk::listen(Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  pollfd fds[] = {{child.events_fd(), POLLIN, 0},
                  {child.wants_write() ? child.requests_fd() : -1, POLLOUT, 0}};
  if (left > 0) ::poll(fds, 2, static_cast<int>(std::min<std::int64_t>(left, 3'600'000)));
  child.flush();
  std::vector<std::string> lines;
  const Child::Stream stream = child.read(lines);
  lines_.insert(lines_.end(), lines.begin(), lines.end());
  if (!lines_.empty()) return true;
  if (stream == Child::Stream::open && Clock::now() < until) return true;
  // A closed stream comes with the end of the process, a moment apart.
  pollfd death{child.death_fd(), POLLIN, 0};
  const bool dead = stream == Child::Stream::closed && ::poll(&death, 1, 5000) > 0;
  if (!dead) child.kill();
  const Death how = child.wait();
  fault = dead                               ? how.text()
          : stream == Child::Stream::flooded ? "answered without end"
          : stream == Child::Stream::closed  ? "closed file descriptor 3"
                                             : "hung";
  return false;
}

std::optional<Json> Describer::Talk::answer(double patience_seconds) {
  const auto patience =
      std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(patience_seconds));
  auto until = Clock::now() + patience;
  while (true) {
    while (!lines_.empty()) {
      const std::string line = std::move(lines_.front());
      lines_.pop_front();
      until = Clock::now() + patience;
      Json json = Json::parse(line, nullptr, false);
      if (!json.is_object()) {
        child.kill();
        child.wait();
        fault = "printed to file descriptor 3";
        return std::nullopt;
      }
      const bool crashed = json.value("event", "") == "crash";
      if (!crashed && !json.contains("opening")) return json;
      const std::string plugin = json.value(crashed ? "where" : "opening", "");
      if (!plugin.empty()) opening = plugin;
    }
    if (!listen(until)) return std::nullopt;
  }
}

Describer::Describer(std::filesystem::path worker, std::vector<std::filesystem::path> search_dirs,
                     double patience_seconds)
    : worker_(std::move(worker)), search_dirs_(std::move(search_dirs)), patience_seconds_(patience_seconds) {
  if (::access(worker_.c_str(), X_OK) != 0 || !std::filesystem::is_regular_file(worker_)) {
    throw Error(Exit::failed,
                worker_.string() + ": not found or not executable; it is built and installed beside runner");
  }
}

Describer::~Describer() = default;

sweep::Catalogue Describer::plugins(const std::vector<std::string>& keys) {
  answer_ = ask_plugins(keys);
  return sweep::catalogue_from_json(answer_);
}

sweep::Catalogue Describer::all_plugins() {
  // First what there is: only a list of names can be asked again without those that end the child.
  const Json there = ask_plugins(Json::array());
  std::vector<std::string> keys;
  for (const auto& [kind, names] : there.at("known").items()) {
    for (const Json& plugin : names) keys.push_back(kind + "/" + plugin.get<std::string>());
  }
  answer_ = ask_plugins(keys);
  return sweep::catalogue_from_json(answer_);
}

Json Describer::ask_plugins(const std::vector<std::string>& keys) {
  asked_ = keys;
  while (true) {
    if (!talk_) talk_ = std::make_unique<Talk>(worker_);
    Json wanted = Json::array(), search = Json::array();
    std::copy_if(keys.begin(), keys.end(), std::back_inserter(wanted),
                 [&](const std::string& key) { return !broken_.contains(key); });
    for (const auto& dir : search_dirs_) search.push_back(dir.string());
    talk_->child.send(Json{{"plugins", wanted}, {"search", search}}.dump());
    if (std::optional<Json> answer = talk_->answer(patience_seconds_)) {
      talk_->opening.clear();
      check_answer(*answer, worker_);
      for (const auto& [key, text] : broken_) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) continue;
        (*answer)["broken"].push_back({{"key", key}, {"text", text}, {"shadowed", false}});
      }
      return *std::move(answer);
    }
    const std::string culprit = talk_->opening;
    if (culprit.empty() || broken_.contains(culprit)) fail();
    broken_[culprit] = culprit + ": " + talk_->fault + " in describe";
    talk_.reset();
  }
}

void Describer::fail() {
  const std::string fault = talk_->fault, words = talk_->output.tail(10);
  talk_.reset();
  throw Error(Exit::failed,
              worker_.string() + " describe: " + fault + (words.empty() ? "" : "; it says:\n" + words));
}

std::vector<CellFacts> Describer::cells(const std::vector<Json>& configs, const std::string& device) {
  std::vector<CellFacts> facts(configs.size());
  Accidents accidents;
  std::vector<Range> open;  // the last one is next
  for (std::size_t end = configs.size(); end > 0; end -= std::min(end, (end - 1) % kBatch + 1)) {
    open.push_back({end - ((end - 1) % kBatch + 1), end});
  }
  while (!open.empty()) {
    const Range range = open.back();
    open.pop_back();
    Json asked = Json::array();
    std::vector<std::size_t> places;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      facts[i].error = accidents.given_up(configs[i]);
      if (!facts[i].error.empty()) continue;
      asked.push_back(configs[i]);
      places.push_back(i);
    }
    if (places.empty()) continue;
    if (!talk_) ask_plugins(std::vector<std::string>(asked_));
    talk_->child.send(Json{{"cells", std::move(asked)}, {"device", device}}.dump());
    const double patience = patience_seconds_ * (1 + static_cast<double>(places.size() - 1) / kBatch);
    if (const std::optional<Json> answer = talk_->answer(patience)) {
      talk_->opening.clear();
      std::vector<CellFacts> answered = facts_of(*answer, places.size(), worker_);
      for (std::size_t i = 0; i < places.size(); ++i) facts[places[i]] = std::move(answered[i]);
      continue;
    }
    const std::unique_ptr<Talk> dead = std::move(talk_);
    if (range.end - range.begin > 1) {  // one of them is to blame: halve until it is alone
      const std::size_t middle = (range.begin + range.end) / 2;
      open.push_back({middle, range.end});
      open.push_back({range.begin, middle});
      continue;
    }
    facts[range.begin].error = accidents.blame(dead->opening, dead->fault);
  }
  return facts;
}

}  // namespace monge::schedule
