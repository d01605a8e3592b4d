// A stand-in for runner-worker that speaks its protocol and misbehaves on request: the instrument with which
// the parent's handling of faults is tested. Knows no torch and trains nothing.
//
// serve: a run does what config.script says: {"steps": 5, "at": 3, "do": "segv", "say": "text for log.txt"}.
// --device selects what happens at start: "die", "mute", or anything else for a good start.
// describe: a plugin is an empty file <search>/<kind>/<name>.so; its name selects what happens when it is
// opened.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

volatile sig_atomic_t term_asked = 0;

void say(const std::string& text, int fd = 3) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t n = ::write(fd, text.data() + sent, text.size() - sent);
    if (n < 0 && errno != EINTR) ::_exit(9);
    sent += n > 0 ? static_cast<std::size_t>(n) : 0;
  }
}

void emit(const Json& event) { say(event.dump() + "\n"); }

// The next request, or nothing at the end of the stream. A SIGTERM while waiting ends the process.
bool next_request(std::string& line) {
  static std::string buffer;
  std::array<char, 4096> block;
  while (buffer.find('\n') == std::string::npos) {
    if (term_asked) ::_exit(0);
    const ssize_t n = ::read(0, block.data(), block.size());
    if (n == 0) return false;
    if (n > 0) buffer.append(block.data(), static_cast<std::size_t>(n));
  }
  line = buffer.substr(0, buffer.find('\n'));
  buffer.erase(0, line.size() + 1);
  return true;
}

[[noreturn]] void die_of(int number) {
  ::signal(number, SIG_DFL);  // a sanitizer's handler would make an exit code of it
  ::raise(number);
  ::_exit(99);
}

[[noreturn]] void hang() {
  while (true) ::pause();
}

void until_term() {
  sigset_t none;
  sigemptyset(&none);
  while (!term_asked) ::sigsuspend(&none);
}

// A process that outlives the worker and holds its streams open.
void leave_a_child_behind(int log) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, 0);
    hang();
  }
  say("child " + std::to_string(child) + "\n", log);
}

void misbehave(const std::string& what, const std::string& id, int step, int log, const std::string& folder) {
  if (what == "segv") die_of(SIGSEGV);
  if (what == "kill") die_of(SIGKILL);
  if (what == "abort") die_of(SIGABRT);
  if (what == "exit") ::_exit(3);
  if (what == "sleep") ::usleep(800'000);
  if (what == "kill_once") {
    const fs::path mark = fs::path(folder) / "killed";
    if (fs::exists(mark)) return;
    ::close(::open(mark.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    die_of(SIGKILL);
  }
  if (what == "hang") hang();
  if (what == "hang_in") {
    ::signal(SIGABRT, [](int) {
      say("{\"event\":\"crash\",\"signal\":6,\"step\":2,\"where\":\"loss/mine\"}\n");
      die_of(SIGABRT);
    });
    hang();
  }
  if (what == "hang_stubbornly") {
    ::signal(SIGABRT, SIG_IGN);
    hang();
  }
  if (what == "wait") until_term();
  if (what == "garbage") say("printf from a plugin\n");
  if (what == "nested") say(std::string(100'000, '[') + "\n");
  if (what == "partial") {
    say("{\"event\":\"progr");
    die_of(SIGSEGV);
  }
  if (what == "flood") {
    while (true) say(std::string(65536, 'x'));
  }
  if (what == "wrong_id") emit({{"event", "progress"}, {"id", "other"}, {"step", step}});
  if (what == "close") {
    ::close(3);
    hang();
  }
  if (what == "orphan") {
    leave_a_child_behind(log);
    die_of(SIGSEGV);
  }
  if (what == "crash") {
    emit({{"event", "crash"}, {"signal", SIGFPE}, {"step", step}, {"where", "enforcer/gradient_penalty"}});
    die_of(SIGFPE);
  }
  if (what == "deaf") {
    ::signal(SIGTERM, SIG_IGN);
    emit({{"event", "snapshot"}, {"id", id}, {"step", step}});
    hang();
  }
  if (what == "lost" || what == "lost_once") {
    const fs::path mark = fs::path(folder) / "lost";
    const bool again = fs::exists(mark);
    if (what == "lost_once" && again) return;
    ::close(::open(mark.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    emit({{"event", "lost"}, {"text", "CUDA error: unspecified launch failure"}});
    ::_exit(0);
  }
  if (what == "done_then_hang") {
    emit({{"event", "ended"}, {"id", id}, {"status", "done"}, {"step", step}, {"text", ""}});
    hang();
  }
}

void start(const Json& run) {
  const Json script = run.at("config").value("script", Json::object());
  emit({{"event", "started"},
        {"id", run.at("id")},
        {"step", 0},
        {"steps", script.value("steps", 3)},
        {"note", script.value("note", "")}});
}

void train(const Json& run, const std::vector<std::string>& arguments) {
  const Json script = run.at("config").value("script", Json::object());
  const std::string id = run.at("id"), log_file = run.at("folder").get<std::string>() + "/log.txt";
  const int steps = script.value("steps", 3), at = script.value("at", 2);
  const int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  // Its pack fails: it and those named begin again alone, one after the other.
  for (const std::string other : script.value("leave", Json::array()))
    emit({{"event", "waits"}, {"id", other}, {"text", "left a pack of 2: thrown"}});
  if (script.value("alone", false)) start(run);
  say("pid " + std::to_string(::getpid()) + "\n", log);
  for (const std::string& argument : arguments) say("argument " + argument + "\n", log);
  say(script.value("say", ""), log);
  if (script.contains("meets")) {  // waits until the run of this id is at work, too
    const fs::path runs = fs::path(run.at("folder").get<std::string>()).parent_path();
    for (const std::string& side : {id, script.at("meets").get<std::string>()}) {
      const fs::path mark = runs / (side + ".here");
      if (side == id) ::close(::open(mark.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
      while (!fs::exists(mark)) ::usleep(1000);
    }
  }
  for (int step = 1; step <= steps; ++step) {
    emit({{"event", "progress"},
          {"id", id},
          {"step", step},
          {"steps", steps},
          {"critic_loss", nullptr},
          {"generator_loss", 0.5},
          {"steps_per_second", 2.0}});
    if (step == at) misbehave(script.value("do", ""), id, step, log, run.at("folder"));
    if (term_asked) {
      emit({{"event", "snapshot"}, {"id", id}, {"step", step}});
      emit({{"event", "ended"}, {"id", id}, {"status", "interrupted"}, {"step", step}, {"text", ""}});
      ::_exit(0);
    }
  }
  ::close(log);
  emit({{"event", "ended"},
        {"id", id},
        {"status", script.value("status", "done")},
        {"step", steps},
        {"text", script.value("text", "")}});
}

int serve(const std::vector<std::string>& arguments) {
  struct sigaction term {};
  term.sa_handler = [](int) { term_asked = 1; };
  ::sigaction(SIGTERM, &term, nullptr);
  ::signal(SIGINT, SIG_IGN);
  const auto device = std::find(arguments.begin(), arguments.end(), "--device");
  const std::string mode = device == arguments.end() ? "" : *(device + 1);
  if (mode == "die") {
    say("libtorch_cpu.so: cannot open shared object file\n", 2);
    return 127;
  }
  if (mode == "mute") hang();
  emit({{"event", "ready"}});
  for (std::string line; next_request(line);) {
    const Json request = Json::parse(line);
    const bool packed = request.contains("pack");
    const Json runs = packed ? request.at("pack").at("runs") : Json::array({request.at("run")});
    const std::size_t slots = packed ? request.at("pack").at("slots").get<std::size_t>() : 1;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (i % slots == 0)
        for (std::size_t k = i; k < std::min(i + slots, runs.size()); ++k) start(runs[k]);
      train(runs[i], arguments);
    }
  }
  return 0;
}

void open_plugin(const std::string& key, const std::string& name) {
  emit({{"opening", key}});
  if (name == "segv") die_of(SIGSEGV);
  if (name == "exit") ::_exit(3);
  if (name == "hang") hang();
  if (name == "garbage") say("printf from a plugin\n");
}

Json plugins(const Json& request) {
  Json found = Json::array(), known = Json::object();
  for (const std::string dir : request.at("search")) {
    for (const auto& entry : fs::recursive_directory_iterator(dir)) {
      if (entry.path().extension() != ".so") continue;
      const std::string kind = entry.path().parent_path().filename(), name = entry.path().stem();
      const std::string key = kind + "/" + name;
      const Json& wanted = request.at("plugins");
      known[kind].push_back(name);
      if (std::find(wanted.begin(), wanted.end(), key) == wanted.end()) continue;
      open_plugin(key, name);
      found.push_back({{"key", key},
                       {"kind", kind},
                       {"name", name},
                       {"doc", ""},
                       {"path", entry.path().string()},
                       {"sha256", "0"},
                       {"build", "0"},
                       {"parameters", Json::array()},
                       {"values", Json::array()}});
    }
  }
  return {{"found", found},
          {"broken", Json::array()},
          {"known", known},
          {"shadowed", Json::array()},
          {"system", {{"monge", "0.1.0"}}}};
}

Json facts(const Json& config, const std::string& device) {
  const std::string loss = config.at("loss").at("plugin");
  if (loss == "layers_segv") {
    emit({{"event", "crash"}, {"signal", SIGSEGV}, {"step", 0}, {"where", "loss/layers_segv"}});
    die_of(SIGSEGV);
  }
  if (loss == "exit_quietly") ::_exit(3);
  if (loss == "hangs_in_cell") {
    ::signal(SIGABRT, [](int) {
      emit({{"event", "crash"}, {"signal", SIGABRT}, {"step", 0}, {"where", "loss/hangs_in_cell"}});
      die_of(SIGABRT);
    });
    hang();
  }
  if (loss == "wrong_answer") return {{"sample", "no"}};
  if (loss == "mis_sized") return {{"error", "the critic's last layer gives 2 scores"}};
  return {
      {"sample", {1, 28, 28}},
      {"generator", {{"parameters", 10}, {"flops", 20}}},
      {"critic", {{"parameters", 30}, {"flops", 40}}},
      {"step_flops", 500},
      {"state_bytes", 600},
      {"strategy", {{"slots", 0}, {"why", device}, {"alone", "split"}, {"packed", "packed"}, {"shape", "s"}}},
      {"fingerprint", {{"worker", "sha"}}}};
}

int describe() {
  for (std::string line; next_request(line);) {
    const Json request = Json::parse(line);
    if (request.contains("plugins")) {
      emit(plugins(request));
      continue;
    }
    Json cells = Json::array();
    for (const Json& config : request.at("cells")) cells.push_back(facts(config, request.at("device")));
    emit({{"cells", cells}});
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const std::vector<std::string> arguments(words + 1, words + count);
  return !arguments.empty() && arguments[0] == "serve" ? serve(arguments) : describe();
}
