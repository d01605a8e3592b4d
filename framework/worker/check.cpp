// `check` and `verify`: one request, then an event before and after each step.
#include <ATen/Parallel.h>
#include <monge/error.h>

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
int answer(const Examine& examine) {
  at::set_num_threads(1);
  const auto request = receive();
  if (!request) return 0;
  try {
    std::vector<std::filesystem::path> folders;
    for (const auto& folder : request->value("search", Json::array())) {
      folders.emplace_back(folder.get<std::string>());
    }
    plugin::Catalog catalog(std::move(folders));
    Events events;
    examine(catalog, *request, events);
    send({{"event", "done"}});
  } catch (const std::exception& error) {
    send({{"error", error.what()}});
  }
  return 0;
}

}  // namespace

int check() {
  return answer([](plugin::Catalog& catalog, const Json& request, Events& events) {
    conform::check_plugin(catalog, request.at("plugin"), events, request.value("after", ""));
  });
}

int verify() {
  return answer([](plugin::Catalog& catalog, const Json& request, Events& events) {
    verify::run(catalog, {request.value("plugin", ""), request.value("only", ""), request.value("after", "")},
                events);
  });
}

}  // namespace monge::worker
