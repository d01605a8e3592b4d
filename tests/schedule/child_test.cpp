#include "schedule/child.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "monge/error.h"
#include "scripted.h"

namespace child_test {

using namespace monge;
using namespace monge::schedule;
using namespace monge::schedule::test;

namespace {

Launch shell(const std::string& script, int output = -1) {
  Launch launch;
  launch.program = "sh";
  launch.arguments = {"-c", script};
  launch.output = output;
  return launch;
}

// Everything it says until it closes its events.
std::vector<std::string> listen(Child& child) {
  std::vector<std::string> lines;
  while (child.read(lines) == Child::Stream::open) {
    pollfd events{child.events_fd(), POLLIN, 0};
    REQUIRE(::poll(&events, 1, 20'000) > 0);
  }
  return lines;
}

}  // namespace

TEST_CASE("child: lines go to its fd 0 and come from its fd 3") {
  Child child(shell("while read line; do echo \"<$line>\" >&3; done; echo end >&3"));
  child.send("one");
  child.send("two words");
  child.close_requests();
  CHECK(listen(child) == std::vector<std::string>{"<one>", "<two words>", "end"});
  CHECK(child.wait().text() == "exited with code 0");
}

TEST_CASE("child: a megabyte of requests is written as the child takes it") {
  Child child(shell("wc -c >&3"));
  child.send(std::string(999'999, 'x'));
  while (child.wants_write()) {
    pollfd requests{child.requests_fd(), POLLOUT, 0};
    REQUIRE(::poll(&requests, 1, 20'000) > 0);
    child.flush();
  }
  child.close_requests();
  CHECK(listen(child) == std::vector<std::string>{"1000000"});
}

TEST_CASE("child: lines may come in pieces, and a last one without newline is dropped") {
  Child child(shell("printf 'o' >&3; printf 'ne\\n\\ntw' >&3; printf 'o\\nthr' >&3"));
  CHECK(listen(child) == std::vector<std::string>{"one", "", "two"});
}

TEST_CASE("child: a line over the limit floods") {
  Launch launch = shell("head -c 5000 /dev/zero | tr '\\0' x >&3; read never");
  launch.longest_line = 1000;
  Child child(launch);
  std::vector<std::string> lines;
  Child::Stream stream = Child::Stream::open;
  while (stream == Child::Stream::open) {
    pollfd events{child.events_fd(), POLLIN, 0};
    REQUIRE(::poll(&events, 1, 20'000) > 0);
    stream = child.read(lines);
  }
  CHECK(stream == Child::Stream::flooded);
  CHECK(lines.empty());
}

TEST_CASE("child: writing to a dead child is no signal to us") {
  Child child(shell("exit 5"));
  CHECK(child.wait().code == 5);
  child.send("too late");
  CHECK_FALSE(child.wants_write());
}

TEST_CASE("child: what it prints is captured, and its tail can be had") {
  const Capture output;
  Child child(shell("echo one; echo two >&2; echo three", output.fd()));
  child.wait();
  CHECK(output.text() == "one\ntwo\nthree\n");
  CHECK(output.tail(2) == "two\nthree");
  CHECK(output.tail(9) == "one\ntwo\nthree");
}

TEST_CASE("child: a process group of its own, default signals and four descriptors only") {
  const Descriptor kept(::open("/dev/null", O_RDONLY));  // not closed on exec: somebody's carelessness
  const Capture output;
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGINT);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  Child child(
      shell("ls /proc/$$/fd; grep SigBlk /proc/self/status; echo group $(cut -d' ' -f5 /proc/$$/stat)",
            output.fd()));
  child.wait();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  CHECK(output.text() ==
        "0\n1\n2\n3\nSigBlk:\t0000000000000000\ngroup " + std::to_string(child.pid()) + "\n");
}

TEST_CASE("child: its environment is ours with what is added") {
  const Capture output;
  Launch launch = shell("echo $HOME $OMP_NUM_THREADS", output.fd());
  launch.environment = {{"HOME", "/elsewhere"}, {"OMP_NUM_THREADS", "1"}};
  Child(launch).wait();
  CHECK(output.text() == "/elsewhere 1\n");
}

TEST_CASE("child: a child that goes out of scope is killed and leaves no zombie") {
  pid_t pid = 0;
  {
    const Child child(shell("read never"));
    pid = child.pid();
    CHECK(exists(pid));
  }
  CHECK_FALSE(exists(pid));
}

TEST_CASE("child: signals end it, and are named") {
  Child child(shell("kill -SEGV $$"));
  const Death death = child.wait();
  CHECK(death.signal == SIGSEGV);
  CHECK(death.text() == "crashed with SIGSEGV (segmentation fault)");
  CHECK(Death{0, SIGTERM}.text() == "killed by SIGTERM (terminated)");
  CHECK(signal_text(200) == "signal 200");
}

TEST_CASE("child: where SIGCHLD is ignored nobody is told how it ended, and nothing is made up") {
  Child child(shell("read end; exit 3"));
  const auto before = ::signal(SIGCHLD, SIG_IGN);
  child.close_requests();
  const Death end = child.wait();
  ::signal(SIGCHLD, before);
  CHECK(end.code == -1);
  CHECK(end.text() == "ended unseen (is SIGCHLD ignored?)");
}

TEST_CASE("child: one that cannot be given its streams leaves no descriptor open") {
  const auto open_now = [] {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
  };
  const auto before = open_now();
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit ten{10, limit.rlim_max};  // streams are moved up to 10
  ::setrlimit(RLIMIT_NOFILE, &ten);
  CHECK_THROWS_AS(Child(shell("exit 0")), Error);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  CHECK(open_now() == before);
}

TEST_CASE("child: a program that is not there is one sentence") {
  Launch launch;
  launch.program = "/nowhere/worker";
  CHECK_THROWS_WITH_AS(Child{launch}, "/nowhere/worker: cannot be started: No such file or directory", Error);
}

TEST_CASE("tail_of: a missing file has no tail, a long one is read from its end") {
  const Scratch folder;
  CHECK(tail_of((folder / "none").string(), 3) == "");
  write_file(folder / "log", std::string(100'000, 'x') + "\nlast\n\n");
  CHECK(tail_of((folder / "log").string(), 1) == "last");
  CHECK(tail_of((folder / "log").string(), 2).size() < 8192);
}

TEST_CASE("child: dies with the process that began it, though its program never asked for that") {
  std::array<int, 2> told{};
  REQUIRE(::pipe(told.data()) == 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    Launch launch;
    launch.program = "sleep";
    launch.arguments = {"60"};
    const Child child(launch);
    const pid_t pid = child.pid();
    if (::write(told[1], &pid, sizeof pid) != sizeof pid) ::_exit(1);
    ::pause();
  }
  pid_t pid = 0;
  REQUIRE(::read(told[0], &pid, sizeof pid) == sizeof pid);
  const Descriptor death(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  REQUIRE(death);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  pollfd ended{death.get(), POLLIN, 0};
  CHECK(::poll(&ended, 1, 20'000) == 1);  // 60 s would be its own end
  ::close(told[0]);
  ::close(told[1]);
}

}  // namespace child_test
