// Runs the built `runner` as a user would, and a folder to run it in.
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "scratch.h"

namespace monge::cli::test {

namespace fs = std::filesystem;

using monge::test::read_file;
using monge::test::Scratch;
using monge::test::write_file;

/// "" when `text` holds `part`, otherwise both, so that a failed check shows them.
inline std::string without(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos ? "" : "'" + part + "' is not in:\n" + text;
}

struct Ended {
  int code = 0;  // 128 + signal where one ended it
  std::string out, err;
  double cpu_seconds = 0;
};

/// A process of `program` in `folder`, its output in files there.
class Started {
 public:
  Started(const fs::path& folder, const fs::path& program, const std::vector<std::string>& words)
      : out_(folder / ".out"), err_(folder / ".err") {
    pid_ = ::fork();
    if (pid_ != 0) return;
    const int out = ::open(out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int err = ::open(err_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(::open("/dev/null", O_RDONLY), 0);
    ::dup2(out, 1);
    ::dup2(err, 2);
    if (::chdir(folder.c_str()) != 0) ::_exit(126);
    std::vector<char*> arguments{const_cast<char*>("runner")};
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::unsetenv("MONGE_PLUGIN_PATH");
    ::execv(program.c_str(), arguments.data());
    ::_exit(127);
  }

  pid_t pid() const { return pid_; }
  const fs::path& out() const { return out_; }
  const fs::path& err() const { return err_; }

  Ended wait() {
    int status = 0;
    rusage used{};
    ::wait4(pid_, &status, 0, &used);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), read_file(out_),
            read_file(err_), seconds(used.ru_utime) + seconds(used.ru_stime)};
  }

 private:
  fs::path out_, err_;
  pid_t pid_ = 0;
};

inline const fs::path& runner_program() {
  static const fs::path program = fs::path(MONGE_BINARY_DIR) / "runner";
  return program;
}

inline Ended runner(const fs::path& folder, const std::vector<std::string>& words) {
  return Started(folder, runner_program(), words).wait();
}

inline Ended runner(const std::vector<std::string>& words) {
  const Scratch folder;
  return runner(folder.path(), words);
}

/// The words of a line between blanks; 'quoted' ones keep theirs.
inline std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false, any = false;
  for (const char c : line) {
    if (c == '\'') {
      quoted = !quoted;
      any = true;
    } else if (c == ' ' && !quoted) {
      if (any) words.push_back(std::exchange(word, ""));
      any = false;
    } else {
      word += c;
      any = true;
    }
  }
  if (any) words.push_back(word);
  return words;
}

}  // namespace monge::cli::test
