#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iterator>
#include <list>
#include <utility>

#include "train/calling.h"
#include "worker/channel.h"
#include "worker/lane.h"
#include "worker/pack_lane.h"
#include "worker/run.h"
#include "worker/stop.h"

namespace monge::worker {
namespace {

using Json = nlohmann::json;

// MONGE_LANES: so many, to compare.
std::vector<PackLane> lanes_for(at::Device device) {
  constexpr int kMost = 8;
  const char* asked = std::getenv("MONGE_LANES");
  const int count = std::clamp(asked == nullptr ? 1 : std::atoi(asked), 1, kMost);
  std::vector<PackLane> lanes;
  for (int i = 0; i < count; ++i)
    lanes.emplace_back(count > 1 && device.is_cuda() ? std::optional(other_stream(device)) : std::nullopt);
  return lanes;
}

class PackedRuns {
 public:
  PackedRuns(const Binder& binder, const Json& request)
      : binder_(binder),
        slots_(request.at("slots").get<std::size_t>()),
        lanes_(lanes_for(binder.device)),
        provenance_(request.value("provenance", Json::object())),
        waiting_(request.at("runs").begin(), request.at("runs").end()) {}

  /// Returns false when a stop was requested.
  bool train() {
    while (true) {
      while (here_.size() < slots_ * lanes_.size() && !waiting_.empty() && lack_.empty()) fill();
      if (!lack_.empty()) {
        split();
        forget();
        continue;
      }
      if (here_.empty()) return train_alone();
      if (stop_requested()) {
        for (PackedRun& one : here_) guarded(one, [&] { one.session->interrupt(); });
        return false;
      }
      advance();
    }
  }

 private:
  // Whatever `what` throws is this run's end, and no other's; but a lack of memory is the pack's, and a GPU
  // that no longer answers is this process's.
  template <class What>
  void guarded(PackedRun& one, What what) {
    const auto guard = lanes_[one.lane].guard();
    try {
      what();
      one.over = one.session->ended();
    } catch (const std::exception& error) {
      const std::string why = train::words_of(error);
      if (!train::lacks_gpu_memory(error)) return failed(one, why);
      if (slots_ == 1 && lanes_.size() == 1) return failed(one, why + train::kLessMemory);
      lack_ = why;
    }
  }

  void failed(PackedRun& one, const std::string& why) {
    leave_lost_gpu(why);
    one.over = true;
    fail(one.session.get(), one.request, why);
  }

  // The same of all runs of a lane: whose fault it was nobody knows. False where `what` has thrown.
  template <class What>
  bool guarded_lane(std::size_t lane, What what) {
    const auto guard = lanes_[lane].guard();
    try {
      what(lanes_[lane]);
      return true;
    } catch (const std::exception& error) {
      const std::string why = train::words_of(error);
      if (train::lacks_gpu_memory(error)) {
        lack_ = why;
        return false;
      }
      leave_lost_gpu(why);
      begin_again(alone_, why, lane);
    }
    return false;
  }

  // Where the GPU no longer answers nobody here is to blame for what was thrown: the parent gives their runs
  // to another worker. This one ends at once: to give back the GPU's memory would abort it.
  void leave_lost_gpu(const std::string& first) const {
    try {
      settle(binder_.device);
    } catch (const std::exception& error) {
      send({{"event", "lost"}, {"text", train::words_of(error) + "; first was: " + first}});
      std::fflush(nullptr);
      std::_Exit(0);
    }
  }

  void fill() {
    std::vector<std::size_t> runs(lanes_.size());
    for (const PackedRun& one : here_) ++runs[one.lane];
    const auto lane = static_cast<std::size_t>(std::min_element(runs.begin(), runs.end()) - runs.begin());
    PackedRun& one = here_.emplace_back(PackedRun{std::move(waiting_.front()), lane, nullptr});
    waiting_.pop_front();
    one.request["provenance"] = provenance_;
    guarded(one, [&] {
      one.session = std::make_unique<Session>(binder_, one.request, static_cast<std::int64_t>(slots_));
      one.session->begin();
    });
    forget();
  }

  void forget() {
    here_.remove_if([](const PackedRun& one) { return one.over; });
  }

  // The runs whose next step takes as many critic updates as that of the one furthest behind: all, but for
  // a warm-up, in which the others wait.
  std::vector<PackedRun*> whose_turn() {
    std::vector<PackedRun*> turn;
    const auto least = std::min_element(here_.begin(), here_.end(), [](const auto& a, const auto& b) {
      return a.session->progress().step < b.session->progress().step;
    });
    for (PackedRun& one : here_) {
      if (pack::updates_of(one.member()) == pack::updates_of(least->member())) turn.push_back(&one);
    }
    return turn;
  }

  // The lanes' steps are under way before the first one's record is waited for. Runs that are over are
  // forgotten at the end: `turn` looks at them.
  void advance() {
    const std::vector<PackedRun*> turn = whose_turn();
    const bool read =
        std::any_of(turn.begin(), turn.end(), [](const auto* one) { return one->session->reads_numbers(); });
    const bool wanted =
        std::any_of(turn.begin(), turn.end(), [](const auto* one) { return one->session->wants_numbers(); });
    std::vector<std::size_t> stepped;
    for (std::size_t lane = 0; lane < lanes_.size() && lack_.empty(); ++lane) {
      std::vector<PackedRun*> own;
      std::copy_if(turn.begin(), turn.end(), std::back_inserter(own),
                   [&](const PackedRun* one) { return one->lane == lane; });
      if (!own.empty() && step(lane, own)) stepped.push_back(lane);
    }
    for (const std::size_t lane : stepped) {
      if (lack_.empty()) follow(lane, read, wanted);
    }
    forget();
  }

  bool step(std::size_t lane, const std::vector<PackedRun*>& turn) {
    at_step(turn.front()->session->progress().step + 1);
    return guarded_lane(lane, [&](PackLane& own) { own.step(turn, slots_); });
  }

  // What comes after a step that is under way.
  void follow(std::size_t lane, bool read, bool wanted) {
    Tensor table;
    if (wanted && !guarded_lane(lane, [&](const PackLane& own) { table = own.table(read); })) return;
    const std::string graph = lanes_[lane].graph();
    each_seat(lane, [&](Session& session, std::size_t k) {
      session.note_graph(graph);
      session.stepped({.table = table, .place = k});
    });
    each_seat(lane, [](Session& session, std::size_t) { session.evaluate(); });
    each_seat(lane, [](Session& session, std::size_t) { session.conclude(); });
    lanes_[lane].clear_seats();
  }

  template <class Act>
  void each_seat(std::size_t lane, Act act) {
    const std::vector<PackedRun*>& seats = lanes_[lane].seats();
    for (std::size_t k = 0; k < seats.size(); ++k) {
      if (seats[k] != nullptr && !seats[k]->over) guarded(*seats[k], [&] { act(*seats[k]->session, k); });
    }
  }

  // Those of one lane, or of all: the step was left half made.
  void begin_again(std::deque<Json>& later, const std::string& why, std::optional<std::size_t> lane = {}) {
    const auto ours = [&](const PackedRun& one) { return !one.over && (!lane || one.lane == *lane); };
    const auto count = std::count_if(here_.begin(), here_.end(), ours);
    const std::string left = "left a pack of " + std::to_string(count) + ": " + why.substr(0, why.find(". "));
    for (PackedRun& one : here_) {
      if (!ours(one)) continue;
      one.request["why"] = one.request["left"] = left;
      send({{"event", "waits"}, {"id", one.request.at("id")}, {"text", &later == &alone_ ? left : ""}});
      later.push_back(std::move(one.request));
      one.over = true;
    }
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      if (!lane || i == *lane) lanes_[i].disband();
    }
  }

  // What is too large together goes on one lane after another, and a pack that is too large as two.
  void split() {
    const std::string why = std::exchange(lack_, "");
    if (slots_ == 1 && lanes_.size() == 1) return begin_again(alone_, why);
    const std::size_t runs = here_.size();
    begin_again(waiting_, why);
    if (lanes_.size() > 1)
      lanes_.erase(lanes_.begin() + 1, lanes_.end());
    else
      slots_ = (std::min(slots_, runs) + 1) / 2;
  }

  bool train_alone() {
    while (!alone_.empty()) {
      if (stop_requested()) return false;
      const Json request = std::move(alone_.front());
      alone_.pop_front();
      if (!run(binder_, request)) return false;
    }
    return true;
  }

  const Binder& binder_;
  std::size_t slots_;  // of each lane's pack
  std::vector<PackLane> lanes_;
  Json provenance_;
  std::deque<Json> waiting_, alone_;
  std::string lack_;  // of memory: what was said
  std::list<PackedRun> here_;
};

}  // namespace

bool run_pack(const Binder& binder, const Json& request) {
  at_step(0);
  return PackedRuns(binder, request).train();
}

}  // namespace monge::worker
