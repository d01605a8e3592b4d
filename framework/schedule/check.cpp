#include "schedule/check.h"

#include <optional>

#include "monge/error.h"
#include "schedule/talk.h"

namespace monge::schedule {
namespace {

using Json = nlohmann::json;

constexpr int kMostHung = 2;

class Examination {
 public:
  Examination(const CheckOrder& order, const std::function<void(const CheckResult&)>& heard)
      : order_(order), heard_(heard) {}

  std::vector<CheckResult> run() {
    while (!one_child()) {
    }
    return std::move(results_);
  }

 private:
  // Asks one child; false where it did not come to the end and another is worth starting.
  bool one_child() {
    Talk talk(order_.worker, order_.mode);
    const std::string after = results_.empty() ? "" : results_.back().check;
    talk.send({{"plugin", order_.plugin},
               {"search", search_of(order_.search_dirs)},
               {"after", after},
               {"only", order_.only}});
    std::optional<CheckResult> running;
    while (const std::optional<Json> message = talk.next(order_.patience_seconds)) {
      const std::string event = message->value("event", "");
      if (event == "done") return true;
      if (event == "check")
        running = CheckResult{message->value("check", ""), message->value("why", ""), "", ""};
      if (event != "result") continue;
      running.reset();
      add({message->value("check", ""), message->value("why", ""), message->value("verdict", ""),
           message->value("text", ""), message->value("numbers", Json::object())});
    }
    if (!running) talk.fail();
    running->verdict = "failed";
    running->text = "it " + talk.fault();
    hung_ += talk.fault() == "hung" ? 1 : 0;
    if (hung_ == kMostHung) {
      running->text += ", as another check did: the rest is left out, for it may take as long";
    }
    add(*running);
    // What cannot be opened is not opened again.
    return running->check == "header" || hung_ == kMostHung;
  }

  void add(const CheckResult& result) {
    results_.push_back(result);
    heard_(result);
  }

  const CheckOrder& order_;
  const std::function<void(const CheckResult&)>& heard_;
  std::vector<CheckResult> results_;
  int hung_ = 0;
};

}  // namespace

std::vector<CheckResult> examine(const CheckOrder& order,
                                 const std::function<void(const CheckResult&)>& heard) {
  return Examination(order, heard).run();
}

}  // namespace monge::schedule
