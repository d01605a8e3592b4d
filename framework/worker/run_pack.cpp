#include <c10/util/Exception.h>

#include <algorithm>
#include <deque>
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
        provenance_(request.value("provenance", Json::object())),
        waiting_(request.at("runs").begin(), request.at("runs").end()) {}

  /// Returns false when a stop was requested.
  bool train() {
    while (true) {
      while (here_.size() < slots_ && !waiting_.empty() && !lost_ && lack_.empty()) fill();
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
  struct One {
    Json request;
    std::unique_ptr<Session> session;
    bool over = false;
  };

  // Whatever `what` throws is this run's end, and no other's; but a lack of memory is the pack's, and a GPU
  // that no longer answers is this process's.
  template <class What>
  void guarded(One& one, What what) {
    try {
      what();
      one.over = one.session->ended();
    } catch (const c10::OutOfMemoryError& error) {
      if (slots_ == 1) return failed(one, train::words_of(error));
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
    One& one = here_.emplace_back(One{std::move(waiting_.front()), nullptr});
    waiting_.pop_front();
    one.request["provenance"] = provenance_;
    guarded(one, [&] {
      one.session = std::make_unique<Session>(binder_, one.request, static_cast<std::int64_t>(slots_));
      one.session->begin();
    });
    if (one.over) here_.pop_back();
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

  void advance() {
    const std::vector<One*> turn = whose_turn();
    std::vector<train::StepRecord> records;
    bool read = false;
    for (const One* one : turn) read = read || one->session->reads_record();
    try {
      seat(turn);
      at_step(turn.front()->session->progress().step + 1);
      records = pack_->macro_step(read);
    } catch (const c10::OutOfMemoryError& error) {
      lack_ = train::words_of(error);
      return;
    } catch (const std::exception& error) {
      if (!gpu_is_lost()) begin_again(alone_, train::words_of(error));
      return;
    }
    each_seat([&](Session& session, std::size_t k) {
      session.tell("no graph", pack_->why_no_graph());
      session.stepped(records[k]);
    });
    each_seat([](Session& session, std::size_t) { session.conclude(); });
    for (std::size_t k = 0; k < seats_.size(); ++k) {
      if (seats_[k] == nullptr || !seats_[k]->over) continue;
      pack_->leave(k);
      seats_[k] = nullptr;
    }
    here_.remove_if([](const One& one) { return one.over; });
  }

  template <class Act>
  void each_seat(Act act) {
    for (std::size_t k = 0; k < seats_.size(); ++k) {
      if (seats_[k] != nullptr && !seats_[k]->over) guarded(*seats_[k], [&] { act(*seats_[k]->session, k); });
    }
  }

  // On a GPU the pack stays as it is, with its graph, and runs take seats; on a CPU it has no more seats than
  // runs.
  void seat(const std::vector<One*>& turn) {
    const bool fixed = turn.front()->session->game().strategy.slots > 0;
    if (pack_ && (fixed ? reseat(turn) : seats_ == turn)) return;
    std::vector<pack::Member> members;
    for (const One* one : turn) members.push_back(member(*one));
    pack_.emplace(members, fixed ? slots_ : 0);
    seats_ = turn;
  }

  bool reseat(const std::vector<One*>& turn) {
    for (std::size_t k = 0; k < seats_.size(); ++k) {
      if (seats_[k] == nullptr || std::find(turn.begin(), turn.end(), seats_[k]) != turn.end()) continue;
      return false;  // it waits, in a warm-up
    }
    seats_.resize(slots_);
    for (One* one : turn) {
      if (std::find(seats_.begin(), seats_.end(), one) != seats_.end()) continue;
      const auto free = std::find(seats_.begin(), seats_.end(), nullptr);
      if (free == seats_.end() || !pack_->join(static_cast<std::size_t>(free - seats_.begin()), member(*one)))
        return false;
      *free = one;
    }
    return true;
  }

  // Nobody knows whose fault it was, and the step was left half made.
  void begin_again(std::deque<Json>& later, const std::string& why) {
    const std::string left =
        "left a pack of " + std::to_string(here_.size()) + ": " + why.substr(0, why.find(". "));
    for (One& one : here_) {
      one.request["why"] = one.request["left"] = left;
      later.push_back(std::move(one.request));
    }
    pack_.reset();
    seats_.clear();
    here_.clear();
  }

  // A pack that is too large goes on as two.
  void split() {
    const std::string why = std::exchange(lack_, "");
    if (slots_ == 1) return begin_again(alone_, why);
    slots_ = (std::min(slots_, here_.size()) + 1) / 2;
    begin_again(waiting_, why);
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
  std::size_t slots_;
  Json provenance_;
  std::deque<Json> waiting_, alone_;
  std::string lack_;   // of memory: what was said
  bool lost_ = false;  // the GPU
  std::list<One> here_;
  std::optional<pack::Pack> pack_;
  std::vector<One*> seats_;  // of pack_; null: nobody's
};

}  // namespace

bool run_pack(const Binder& binder, const Json& request) {
  at_step(0);
  return PackedRuns(binder, request).train();
}

}  // namespace monge::worker
