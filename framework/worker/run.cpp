#include "worker/run.h"

#include "train/calling.h"
#include "worker/session.h"
#include "worker/stop.h"

namespace monge::worker {
namespace {

using Json = nlohmann::json;

void train(Session& session) {
  session.begin();
  while (!session.ended()) {
    if (stop_requested()) return session.interrupt();
    at_step(session.progress().step + 1);
    const bool wanted = session.wants_numbers();
    session.stepped({.record = train::macro_step(session.game(), session.progress(), wanted)});
    session.evaluate();
    session.conclude();
  }
}

}  // namespace

void fail(Session* session, const Json& request, const std::string& why) {
  if (session != nullptr) return session->fail(why);
  tell_failed(request.at("folder").get<std::string>(), record::status_of(request, "failed", why));
}

bool run(const Binder& binder, const Json& request) {
  std::unique_ptr<Session> session;
  at_step(0);
  try {
    session = std::make_unique<Session>(binder, request);
    train(*session);
    return !stop_requested();
  } catch (const std::exception& error) {
    fail(session.get(), request,
         train::words_of(error) + (train::lacks_gpu_memory(error) ? train::kLessMemory : ""));
    return !binder.device.is_cuda();  // a fault on a GPU spoils its process for every later run
  }
}

}  // namespace monge::worker
