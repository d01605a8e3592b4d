// Data sets as a host loads them, and what they say and refuse.
#pragma once

#include <doctest/doctest.h>
#include <monge/dataset.h>
#include <monge/error.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "opened.h"

namespace monge::test {

namespace fs = std::filesystem;

inline Samples load(const std::string& name, const Json& table, const std::vector<fs::path>& folders = {},
                    std::uint64_t seed = 0) {
  Opened opened;
  auto source = draws(seed, at::kFloat);
  return opened.bind<Dataset>(name, table)->load({folders, source});
}

inline std::string refusal(const std::string& name, const Json& table,
                           const std::vector<fs::path>& folders = {}) {
  try {
    load(name, table, folders);
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was refused";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

#define CHECK_CONTAINS(text, part) CHECK_MESSAGE(contains(text, part), (text))

inline void write(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

inline std::string counting(std::size_t count) {
  std::string data(count, '\0');
  for (std::size_t i = 0; i < count; ++i) data[i] = static_cast<char>(i);
  return data;
}

/// An environment variable for as long as this lives.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    if (const char* old = std::getenv(name)) before_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() {
    if (before_) {
      ::setenv(name_, before_->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

/// What is written to std::cerr while this lives, instead of there.
class Said {
 public:
  Said() : before_(std::cerr.rdbuf(text_.rdbuf())) {}
  Said(const Said&) = delete;
  Said& operator=(const Said&) = delete;
  ~Said() { std::cerr.rdbuf(before_); }
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::streambuf* before_;
};

/// The folder of real data, which is there or not.
inline fs::path shared_data() {
  const char* given = std::getenv("MONGE_SHARED");
  return (given != nullptr ? fs::path(given) : fs::path(MONGE_SOURCE_DIR) / "../shared") / "data";
}

}  // namespace monge::test
