#include <algorithm>
#include <map>

#include "sweep/cell.h"
#include "sweep/check.h"
#include "sweep/nearest.h"

namespace monge::sweep {
namespace {

using What = Target::What;

// One key for one player. A later rank wins: first the level, then what was said for this player alone.
struct Choice {
  std::string name;
  const Value* value = nullptr;
  const Place* at = nullptr;
  std::size_t level = 0;
  bool own = false;  // said for this player

  std::pair<std::size_t, bool> rank() const { return {level, own}; }
};

struct Player {
  std::string name;
  std::vector<Choice> choices = {};

  void take(const std::string& key, const Value& value, const Place& at, std::size_t level, bool own) {
    choices.push_back({key, &value, &at, level, own});
  }
  const Choice* strongest(const std::string& key) const {
    const Choice* best = nullptr;
    for (const Choice& choice : choices) {
      if (choice.name == key && (best == nullptr || choice.rank() >= best->rank())) best = &choice;
    }
    return best;
  }
};

class PlayersReader {
 public:
  explicit PlayersReader(CellFaults& faults) : faults_(faults) {}

  Json read(const std::vector<Given>& given) {
    for (const Given& one : given) take(one);
    Json config;
    for (Player& player : players_) config[player.name] = settle(player);
    for (const auto& [at, miss] : missed_by_both_) {
      if (miss.plugins.size() == players_.size()) report(miss);
    }
    return config;
  }

 private:
  void take(const Given& one) {
    const Setting& setting = *one.setting;
    const std::string& who = setting.target.player;
    if (setting.target.what == What::optimizer) {
      take_whole(setting, who, one.level);
      return;
    }
    for (Player& player : players_) {
      const bool own = player.name == who;
      if (own || who.empty()) player.take(setting.target.name, setting.value, setting.at, one.level, own);
    }
  }

  // A whole table replaces what was given below it: all of [optimizer], or what was said for one player.
  void take_whole(const Setting& setting, const std::string& who, std::size_t level) {
    const bool usable = setting.value.is_table() || setting.value.is_text();
    if (!usable) {
      fail(setting.value.at,
           "'" + setting.key + "' must be a table such as { kind = \"adam\" }, got " + shown(setting.value));
      return;
    }
    for (Player& player : players_) {
      if (!who.empty() && player.name != who) continue;
      std::erase_if(player.choices, [&](const Choice& choice) { return who.empty() || choice.own; });
      take_table(player, setting.value, setting.at, level, !who.empty());
    }
  }

  void take_table(Player& player, const Value& table, const Place& at, std::size_t level, bool own) {
    if (table.is_text()) player.take("kind", table, at, level, own);
    for (const Field& field : table.fields) {
      const bool names_player = field.key == "critic" || field.key == "generator";
      if (names_player && !own) {
        if (field.key == player.name) take_table(player, field.value, field.at, level, true);
      } else if (read_key("optimizer." + field.key).fault.empty() && !names_player) {
        player.take(field.key, field.value, field.at, level, own);
      } else {
        fail(field.at, unknown_setting("optimizer", field.key));
      }
    }
  }

  Json settle(const Player& player) {
    const OptimizerKind* kind = &optimizer_kinds().front();
    const Choice* chosen = player.strongest("kind");
    if (chosen != nullptr) {
      kind = find(*chosen->value);
      if (kind == nullptr) return {};
    }
    Json config{{"kind", kind->name}};
    for (const Parameter& parameter : kind->settings) config[parameter.name] = value_of(player, parameter);
    settle_schedule(player, config);
    for (const Choice& choice : player.choices) {
      const bool lacking = choice.name != "kind" && !has(*kind, choice.name);
      const bool dropped = chosen != nullptr && choice.rank() < chosen->rank();
      if (lacking && !dropped) missing(choice, *kind);
    }
    return config;
  }

  // What a constant learning rate does not use is left at its defaults: it makes no other run.
  void settle_schedule(const Player& player, Json& config) {
    if (config["schedule"] == "constant") {
      config["schedule_steps"] = 0;
      config["final_factor"] = 0.0;
      return;
    }
    const Choice* steps = player.strongest("schedule_steps");
    if (steps == nullptr || steps->value->scalar == 0) {
      fail(player.strongest("schedule")->value->at,
           "optimizer: 'schedule' needs 'schedule_steps', the generator steps until its end "
           "(raising train.generator_steps does not change it)");
    }
  }

  Json value_of(const Player& player, const Parameter& parameter) {
    const Choice* choice = player.strongest(parameter.name);
    if (choice == nullptr) return canonical_default(parameter);
    Checked checked = check(parameter, *choice->value);
    const bool short_of_two = parameter.type == "reals" && checked.value && checked.value->size() != 2;
    if (short_of_two) {
      checked = {{}, "'" + parameter.name + "' must hold two numbers, got " + shown(*choice->value)};
    }
    if (checked.value) return std::move(*checked.value);
    fail(choice->value->at, "optimizer: " + checked.fault);
    return canonical_default(parameter);
  }

  const OptimizerKind* find(const Value& value) {
    std::vector<std::string> names;
    for (const OptimizerKind& kind : optimizer_kinds()) {
      if (value.is_text() && value.text() == kind.name) return &kind;
      names.push_back(kind.name);
    }
    const std::string near = value.is_text() ? did_you_mean(value.text(), names) : "";
    fail(value.at, "optimizer: 'kind' must be one of " + listed(names) + ", got " + shown(value) + near);
    return nullptr;
  }

  static bool has(const OptimizerKind& kind, const std::string& name) {
    return std::any_of(kind.settings.begin(), kind.settings.end(),
                       [&](const Parameter& p) { return p.name == name; });
  }

  // What was said for both is at fault only where neither player can use it.
  void missing(const Choice& choice, const OptimizerKind& kind) {
    const Miss miss{*choice.at, "optimizer", choice.name, {kind.name}};
    if (choice.own) {
      report(miss);
    } else if (const auto [found, is_new] = missed_by_both_.emplace(choice.value, miss); !is_new) {
      found->second.plugins.push_back(kind.name);
    }
  }

  void report(Miss miss) {
    std::sort(miss.plugins.begin(), miss.plugins.end());
    miss.plugins.erase(std::unique(miss.plugins.begin(), miss.plugins.end()), miss.plugins.end());
    faults_.misses.push_back(std::move(miss));
  }
  void fail(const Place& at, const std::string& text) { faults_.faults.add(at, text); }

  CellFaults& faults_;
  std::vector<Player> players_{{"critic"}, {"generator"}};
  std::map<const Value*, Miss> missed_by_both_;
};

}  // namespace

Json resolve_players(const std::vector<Given>& given, CellFaults& faults) {
  return PlayersReader(faults).read(given);
}

}  // namespace monge::sweep
