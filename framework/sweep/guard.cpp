#include "sweep/guard.h"

#include "sweep/faults.h"

namespace monge::sweep {
namespace {

class Scan {
 public:
  Scan(std::string_view text, const std::string& source, const Limits& limits)
      : text_(text), source_(source), limits_(limits) {}

  void run() {
    if (text_.size() > limits_.bytes) {
      fail("the file is larger than " + std::to_string(limits_.bytes) + " bytes");
    }
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"' || c == '\'') {
        string(c);
        continue;
      }
      if (c == '#') {
        skip_to_line_end();
        continue;
      }
      step(c);
    }
  }

 private:
  void step(char c) {
    if (c == '.') {
      if (++dots_ > limits_.key_parts) {
        fail("a dotted key has more than " + std::to_string(limits_.key_parts) + " parts");
      }
    } else if (c == '[' || c == '{') {
      if (++depth_ > limits_.nesting) {
        fail("brackets are nested more than " + std::to_string(limits_.nesting) + " deep");
      }
      dots_ = 0;
    } else if (c == ']' || c == '}') {
      if (depth_ > 0) --depth_;
      dots_ = 0;
    } else if (c == ',' || c == '=' || c == '\n') {
      dots_ = 0;
    }
    advance();
  }

  // A single-line string ends with its line even where its quote is missing: the parser reports that.
  void string(char quote) {
    const std::string three(3, quote);
    const bool many_lines = text_.substr(at_, 3) == three;
    advance(many_lines ? 3 : 1);
    while (at_ < text_.size()) {
      if (many_lines ? text_.substr(at_, 3) == three : text_[at_] == quote) {
        advance(many_lines ? 3 : 1);
        return;
      }
      if (!many_lines && text_[at_] == '\n') return;
      if (quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n') advance();
      advance();
    }
  }

  void skip_to_line_end() {
    while (at_ < text_.size() && text_[at_] != '\n') advance();
  }

  void advance(std::size_t count = 1) {
    for (; count > 0; --count, ++at_) {
      if (text_[at_] == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      } else if (at_ - line_start_ >= limits_.line_bytes) {
        fail("the line is longer than " + std::to_string(limits_.line_bytes) + " bytes");
      }
    }
  }

  [[noreturn]] void fail(const std::string& fault) const {
    const Place place{source_, line_, static_cast<std::uint32_t>(at_ - line_start_ + 1)};
    throw Error(Exit::experiment, place.text() + ": " + fault + "; nothing written by hand needs that");
  }

  std::string_view text_;
  const std::string& source_;
  const Limits& limits_;
  std::size_t at_ = 0, line_start_ = 0, dots_ = 0, depth_ = 0;
  std::uint32_t line_ = 1;
};

}  // namespace

void guard(std::string_view text, const std::string& source, const Limits& limits) {
  Scan(text, source, limits).run();
}

}  // namespace monge::sweep
