#include "cli/progress.h"

namespace monge::cli {
namespace {

using Json = nlohmann::json;

Json event(const char* name, const schedule::Job& job) {
  Json json = {{"event", name}, {"id", job.id}, {"label", job.label}};
  const auto run = job.request.find("run");
  if (run != job.request.end()) json["seed"] = run->value("seed", Json());
  return json;
}

}  // namespace

void print_json(std::ostream& out, const Json& json) {
  out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
}

void JsonProgress::started(const schedule::Job& job, const schedule::Progress& progress,
                           const std::string& note) {
  Json json = event("started", job);
  json.update({{"step", progress.step}, {"steps", job.steps}, {"worker", progress.worker}, {"note", note}});
  print_json(out_, json);
}

void JsonProgress::progress(const schedule::Job& job, const schedule::Progress& progress) {
  Json json = event("progress", job);
  json.update({{"step", progress.step},
               {"steps", progress.steps},
               {"worker", progress.worker},
               {"critic_loss", progress.critic_loss},
               {"generator_loss", progress.generator_loss},
               {"steps_per_second", progress.steps_per_second}});
  print_json(out_, json);
}

void JsonProgress::snapshot(const schedule::Job& job, std::int64_t step) {
  Json json = event("snapshot", job);
  json["step"] = step;
  print_json(out_, json);
}

void JsonProgress::ended(const schedule::Job& job, const schedule::Outcome& outcome) {
  Json json = event("ended", job);
  json.update({{"status", outcome.status}, {"step", outcome.step}, {"text", outcome.text}});
  if (outcome.signal != 0) json["signal"] = outcome.signal;
  if (!outcome.log.empty()) json["log"] = outcome.log;
  print_json(out_, json);
}

void JsonProgress::note(const std::string& text) { print_json(out_, {{"event", "note"}, {"text", text}}); }

}  // namespace monge::cli
