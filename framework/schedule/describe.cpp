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
constexpr int kAccidentsOfOne = 2;  // of one plugin, before its other cells are no longer asked about
constexpr int kAccidents = 16;      // of all

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
  facts.fingerprint = json.at("fingerprint");
  return facts;
}

CellFacts facts_of_one(const Json& answer, const std::filesystem::path& worker) {
  try {
    return facts_from(answer.at("cells").at(0));
  } catch (const Json::exception& fault) {
    throw Error(Exit::failed, worker.string() + " describe: an answer that is none (" + fault.what() +
                                  "); runner and runner-worker must come from one build");
  }
}

CellFacts broken_cell(std::string why) {
  CellFacts facts;
  facts.error = std::move(why);
  return facts;
}

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
      if (!json.contains("opening")) return json;
      opening = json["opening"].is_string() ? json["opening"].get<std::string>() : "";
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
  answer_ = ask_plugins("all");
  return sweep::catalogue_from_json(answer_);
}

Json Describer::ask_plugins(const Json& keys) {
  asked_ = keys;
  while (true) {
    if (!talk_) talk_ = std::make_unique<Talk>(worker_);
    Json wanted = keys;
    if (keys.is_array()) {
      wanted = Json::array();
      std::copy_if(keys.begin(), keys.end(), std::back_inserter(wanted),
                   [&](const Json& key) { return !broken_.contains(key.get<std::string>()); });
    }
    Json search = Json::array(), without = Json::array();
    for (const auto& dir : search_dirs_) search.push_back(dir.string());
    for (const auto& [key, text] : broken_) without.push_back(key);
    talk_->child.send(Json{{"plugins", wanted}, {"search", search}, {"without", without}}.dump());
    if (std::optional<Json> answer = talk_->answer(patience_seconds_)) {
      talk_->opening.clear();
      for (const auto& [key, text] : broken_) {
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
  std::vector<CellFacts> facts;
  std::map<std::string, std::pair<int, std::string>>
      accidents;  // by plugin ("": unknown): how many, the last
  int total = 0;
  const auto given_up = [&](const Json& config) -> std::string {
    for (const auto& [key, accident] : accidents) {
      if (accident.first >= kAccidentsOfOne && uses(config, key)) return accident.second;
    }
    return total >= kAccidents ? "not asked about: describe broke down too often" : "";
  };
  // One at a time: whoever dies then has answered all but the one it died of.
  for (const Json& config : configs) {
    if (std::string why = given_up(config); !why.empty()) {
      facts.push_back(broken_cell(std::move(why)));
      continue;
    }
    if (!talk_) ask_plugins(asked_.is_null() ? Json::array() : asked_);
    talk_->child.send(Json{{"cells", Json::array({config})}, {"device", device}}.dump());
    if (const std::optional<Json> answer = talk_->answer(patience_seconds_)) {
      talk_->opening.clear();
      facts.push_back(facts_of_one(*answer, worker_));
      continue;
    }
    const std::string culprit = talk_->opening;
    const std::string text = (culprit.empty() ? "" : culprit + ": ") + talk_->fault + " in describe";
    auto& [count, last] = accidents[culprit];
    ++count;
    ++total;
    last = text;
    facts.push_back(broken_cell(text));
    talk_.reset();
  }
  return facts;
}

}  // namespace monge::schedule
