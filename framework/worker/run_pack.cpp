#include <c10/core/StreamGuard.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <utility>

#include "pack/pack.h"
#include "train/calling.h"
#include "worker/lane.h"
#include "worker/run.h"
#include "worker/stop.h"

namespace monge::worker {
namespace {

using Json = nlohmann::json;

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
      while (here_.size() < slots_ * lanes_.size() && !waiting_.empty() && !lost_ && lack_.empty()) fill();
      if (lost_) return false;
      if (!lack_.empty()) {
        split();
        continue;
      }
      if (here_.empty()) return train_alone();
      if (stop_requested()) {
        for (One& one : here_) guarded(one, [&] { one.session->interrupt(); });
        return false;
      }
      advance();
    }
  }

 private:
  struct One;

  // Packs that are trained at the same time, each on a stream of its own: while one is at its small kernels,
  // another fills the GPU.
  struct Lane {
    std::optional<c10::Stream> stream;  // none: this thread's, where there is one lane
    std::optional<pack::Pack> pack;
    std::vector<One*> seats;  // of the pack; null: nobody's
    std::size_t runs = 0;     // that are here for it
  };

  struct One {
    Json request;
    Lane* lane;
    std::unique_ptr<Session> session;
    bool over = false;
  };

  // MONGE_LANES: so many, to compare.
  static std::vector<Lane> lanes_for(at::Device device) {
    constexpr int kMost = 8;
    const char* asked = std::getenv("MONGE_LANES");
    std::vector<Lane> lanes(
        static_cast<std::size_t>(std::clamp(asked == nullptr ? 1 : std::atoi(asked), 1, kMost)));
    if (lanes.size() > 1 && device.is_cuda()) {
      for (Lane& lane : lanes) lane.stream = other_stream(device);
    }
    return lanes;
  }

  // Whatever `what` throws is this run's end, and no other's; but a lack of memory is the pack's, and a GPU
  // that no longer answers is this process's.
  template <class What>
  void guarded(One& one, What what) {
    const c10::OptionalStreamGuard guard(one.lane->stream);
    try {
      what();
      one.over = one.session->ended();
    } catch (const c10::OutOfMemoryError& error) {
      if (slots_ == 1 && lanes_.size() == 1) return failed(one, train::words_of(error));
      lack_ = train::words_of(error);
    } catch (const std::exception& error) {
      failed(one, train::words_of(error));
    }
  }

  void failed(One& one, const std::string& why) {
    if (gpu_is_lost()) return;
    one.over = true;
    fail(one.session.get(), one.request, why);
  }

  // Then nobody here is to blame for what is thrown: the parent gives their runs to another worker.
  bool gpu_is_lost() {
    try {
      settle(binder_.device);
    } catch (const std::exception&) {
      lost_ = true;
    }
    return lost_;
  }

  void fill() {
    auto& lane = *std::min_element(lanes_.begin(), lanes_.end(),
                                   [](const Lane& a, const Lane& b) { return a.runs < b.runs; });
    One& one = here_.emplace_back(One{std::move(waiting_.front()), &lane, nullptr});
    ++lane.runs;
    waiting_.pop_front();
    one.request["provenance"] = provenance_;
    guarded(one, [&] {
      one.session = std::make_unique<Session>(binder_, one.request, static_cast<std::int64_t>(slots_));
      one.session->begin();
    });
    if (one.over) forget();
  }

  // The runs whose next step takes as many critic updates as that of the one furthest behind: all, but for
  // a warm-up, in which the others wait.
  std::vector<One*> whose_turn() {
    std::vector<One*> turn;
    const auto least = std::min_element(here_.begin(), here_.end(), [](const One& a, const One& b) {
      return a.session->progress().step < b.session->progress().step;
    });
    for (One& one : here_) {
      if (pack::updates_of(member(one)) == pack::updates_of(member(*least))) turn.push_back(&one);
    }
    return turn;
  }

  static pack::Member member(const One& one) { return {&one.session->game(), &one.session->progress()}; }

  // The lanes' steps are under way before the first one's record is waited for.
  void advance() {
    const std::vector<One*> turn = whose_turn();
    bool read = false;
    for (const One* one : turn) read = read || one->session->reads_numbers();
    std::vector<Lane*> stepped;
    for (Lane& lane : lanes_) {
      std::vector<One*> own;
      std::copy_if(turn.begin(), turn.end(), std::back_inserter(own),
                   [&](const One* one) { return one->lane == &lane; });
      if (!own.empty() && step(lane, own)) stepped.push_back(&lane);
      if (lost_ || !lack_.empty()) return;
    }
    for (Lane* lane : stepped) {
      if (!lost_ && lack_.empty()) follow(*lane, read);
    }
    forget();
  }

  // False where it has failed; then its runs are to begin again.
  bool step(Lane& lane, const std::vector<One*>& turn) {
    const c10::OptionalStreamGuard guard(lane.stream);
    try {
      seat(lane, turn);
      at_step(turn.front()->session->progress().step + 1);
      lane.pack->step();
      return true;
    } catch (const c10::OutOfMemoryError& error) {
      lack_ = train::words_of(error);
    } catch (const std::exception& error) {
      if (!gpu_is_lost()) begin_again(alone_, train::words_of(error), &lane);
    }
    return false;
  }

  // What comes after a step that is under way.
  void follow(Lane& lane, bool read) {
    const c10::OptionalStreamGuard guard(lane.stream);
    train::StepTable table;
    try {
      table = lane.pack->table(read);
    } catch (const c10::OutOfMemoryError& error) {
      lack_ = train::words_of(error);
      return;
    } catch (const std::exception& error) {
      if (!gpu_is_lost()) begin_again(alone_, train::words_of(error), &lane);
      return;
    }
    each_seat(lane, [&](Session& session, std::size_t k) {
      session.tell("no graph", lane.pack->why_no_graph());
      session.stepped({.table = table, .place = k});
    });
    each_seat(lane, [](Session& session, std::size_t) { session.conclude(); });
    for (std::size_t k = 0; k < lane.seats.size(); ++k) {
      if (lane.seats[k] == nullptr || !lane.seats[k]->over) continue;
      lane.pack->leave(k);
      lane.seats[k] = nullptr;
    }
  }

  void forget() {
    here_.remove_if([](const One& one) {
      if (one.over) --one.lane->runs;
      return one.over;
    });
  }

  template <class Act>
  void each_seat(Lane& lane, Act act) {
    for (std::size_t k = 0; k < lane.seats.size(); ++k) {
      One* one = lane.seats[k];
      if (one != nullptr && !one->over) guarded(*one, [&] { act(*one->session, k); });
    }
  }

  // On a GPU the pack stays as it is, with its graph, and runs take seats; on a CPU it has no more seats than
  // runs.
  void seat(Lane& lane, const std::vector<One*>& turn) {
    const bool fixed = turn.front()->session->game().strategy.slots > 0;
    if (lane.pack && (fixed ? reseat(lane, turn) : lane.seats == turn)) return;
    std::vector<pack::Member> members;
    for (const One* one : turn) members.push_back(member(*one));
    lane.pack.emplace(members, fixed ? slots_ : 0);
    lane.seats = turn;
  }

  bool reseat(Lane& lane, const std::vector<One*>& turn) {
    auto& seats = lane.seats;
    for (const One* seated : seats) {
      if (seated == nullptr || std::find(turn.begin(), turn.end(), seated) != turn.end()) continue;
      return false;  // it waits, in a warm-up
    }
    seats.resize(slots_);
    for (One* one : turn) {
      if (std::find(seats.begin(), seats.end(), one) != seats.end()) continue;
      const auto free = std::find(seats.begin(), seats.end(), nullptr);
      if (free == seats.end() ||
          !lane.pack->join(static_cast<std::size_t>(free - seats.begin()), member(*one)))
        return false;
      *free = one;
    }
    return true;
  }

  // Of one lane, or of all (null). Nobody knows whose fault it was, and the step was left half made.
  void begin_again(std::deque<Json>& later, const std::string& why, const Lane* lane = nullptr) {
    const auto ours = [&](const One& one) { return lane == nullptr || one.lane == lane; };
    const auto count = std::count_if(here_.begin(), here_.end(), ours);
    const std::string left = "left a pack of " + std::to_string(count) + ": " + why.substr(0, why.find(". "));
    for (One& one : here_) {
      if (!ours(one)) continue;
      one.request["why"] = one.request["left"] = left;
      later.push_back(std::move(one.request));
      one.over = true;
    }
    for (Lane& each : lanes_) {
      if (lane != nullptr && &each != lane) continue;
      each.pack.reset();
      each.seats.clear();
    }
    forget();
  }

  // What is too large together goes on one lane after another, and a pack that is too large as two.
  void split() {
    const std::string why = std::exchange(lack_, "");
    if (slots_ == 1 && lanes_.size() == 1) return begin_again(alone_, why);
    const std::size_t runs = here_.size();
    begin_again(waiting_, why);
    if (lanes_.size() > 1)
      lanes_.resize(1);
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
  std::vector<Lane> lanes_;
  Json provenance_;
  std::deque<Json> waiting_, alone_;
  std::string lack_;   // of memory: what was said
  bool lost_ = false;  // the GPU
  std::list<One> here_;
};

}  // namespace

bool run_pack(const Binder& binder, const Json& request) {
  at_step(0);
  return PackedRuns(binder, request).train();
}

}  // namespace monge::worker
