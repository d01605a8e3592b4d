#include "schedule/features.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "monge/error.h"
#include "schedule/talk.h"

namespace monge::schedule {

using Json = nlohmann::json;

TrainedClassifier train_classifier(const FeaturesOrder& order,
                                   const std::function<void(const Epoch&)>& heard) {
  Talk talk(order.worker, "features");
  talk.send({{"dataset", order.dataset}, {"search", search_of(order.search_dirs)}});
  while (const std::optional<Json> message = talk.next(order.patience_seconds)) {
    const std::string event = message->value("event", "");
    if (event == "epoch") {
      heard({message->value("epoch", std::int64_t{0}), message->value("epochs", std::int64_t{0}),
             message->value("loss", 0.0)});
    }
    if (event != "trained") continue;
    return {message->value("path", ""),
            message->value("hash", ""),
            message->value("accuracy", 0.0),
            message->value("seconds", 0.0),
            message->value("samples", std::int64_t{0}),
            message->value("classes", std::int64_t{0})};
  }
  talk.fail();
}

}  // namespace monge::schedule
