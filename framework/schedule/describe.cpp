#include "schedule/describe.h"

#include <algorithm>
#include <map>

#include "monge/error.h"
#include "schedule/talk.h"

namespace monge::schedule {
namespace {

using Json = nlohmann::json;

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

CellFacts::Strategy strategy(const Json& json) {
  const auto text = [&](const char* key) { return json.at(key).get<std::string>(); };
  return {json.at("slots").get<std::size_t>(), text("why"), text("alone"), text("packed"), text("shape")};
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
  facts.strategy = strategy(json.at("strategy"));
  facts.warnings = json.value("warnings", std::vector<std::string>());
  facts.fingerprint = json.at("fingerprint");
  return facts;
}

std::vector<CellFacts> facts_of(const Json& answer, std::size_t count, const std::filesystem::path& worker) {
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

}  // namespace

Describer::Describer(std::filesystem::path worker, std::vector<std::filesystem::path> search_dirs,
                     double patience_seconds)
    : worker_(std::move(worker)),
      search_dirs_(std::move(search_dirs)),
      patience_seconds_(patience_seconds),
      talk_(std::make_unique<Talk>(worker_, "describe")) {}

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
    if (!talk_) talk_ = std::make_unique<Talk>(worker_, "describe");
    Json wanted = Json::array();
    std::copy_if(keys.begin(), keys.end(), std::back_inserter(wanted),
                 [&](const std::string& key) { return !broken_.contains(key); });
    talk_->send({{"plugins", wanted}, {"search", search_of(search_dirs_)}});
    if (std::optional<Json> answer = talk_->next(patience_seconds_)) {
      for (const auto& [key, text] : broken_) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) continue;
        (*answer)["broken"].push_back({{"key", key}, {"text", text}});
      }
      return *std::move(answer);
    }
    const std::unique_ptr<Talk> dead = std::move(talk_);
    const std::string& culprit = dead->where();
    if (culprit.empty() || broken_.contains(culprit)) dead->fail();
    broken_[culprit] = culprit + ": " + dead->fault() + " in describe" + dead->words();
  }
}

std::vector<CellFacts> Describer::cells(const std::vector<Json>& configs, const std::string& device,
                                        int threads, int pack, int sharing) {
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
      facts[i].exit = Exit::plugin;
      if (!facts[i].error.empty()) continue;
      asked.push_back(configs[i]);
      places.push_back(i);
    }
    if (places.empty()) continue;
    if (!talk_) ask_plugins(std::vector<std::string>(asked_));
    talk_->send({{"cells", std::move(asked)},
                 {"device", device},
                 {"threads", threads},
                 {"pack", pack},
                 {"sharing", sharing}});
    const double patience = patience_seconds_ * (1 + static_cast<double>(places.size() - 1) / kBatch);
    if (const std::optional<Json> answer = talk_->next(patience)) {
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
    facts[range.begin].error = accidents.blame(dead->where(), dead->fault());
  }
  return facts;
}

}  // namespace monge::schedule
