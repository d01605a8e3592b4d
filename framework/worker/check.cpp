// `check` and `verify`: one request, then an event before and after each step.
#include <ATen/Parallel.h>

#include "conform/suite.h"
#include "verify/suite.h"
#include "worker/channel.h"
#include "worker/modes.h"

namespace monge::worker {
namespace {

using Json = nlohmann::json;

class Events final : public conform::Listener {
 public:
  void begins(const std::string& check, const std::string& why) override {
    send({{"event", "check"}, {"check", check}, {"why", why}});
  }
  void ended(const conform::Result& result) override {
    send({{"event", "result"},
          {"check", result.check},
          {"why", result.why},
          {"verdict", conform::name_of(result.verdict)},
          {"text", result.text},
          {"numbers", result.numbers}});
  }
};

template <class Examine>
int examination(const Examine& examine) {
  at::set_num_threads(1);
  return answer_once([&](const Json& request) {
    plugin::Catalog catalog(search_of(request));
    Events events;
    examine(catalog, request, events);
    send({{"event", "done"}});
  });
}

}  // namespace

int check() {
  return examination([](plugin::Catalog& catalog, const Json& request, Events& events) {
    conform::check_plugin(catalog, request.at("plugin"), events, request.value("after", ""));
  });
}

int verify() {
  return examination([](plugin::Catalog& catalog, const Json& request, Events& events) {
    verify::run(catalog, {request.value("plugin", ""), request.value("only", ""), request.value("after", "")},
                events);
  });
}

}  // namespace monge::worker
