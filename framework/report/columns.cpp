#include "report/columns.h"

#include <array>
#include <cstdint>
#include <utility>

namespace monge::report {
namespace {

using Range = std::pair<char32_t, char32_t>;

constexpr std::array<Range, 8> combining{{{0x0300, 0x036F},
                                          {0x0483, 0x0489},
                                          {0x0591, 0x05BD},
                                          {0x1AB0, 0x1AFF},
                                          {0x1DC0, 0x1DFF},
                                          {0x200B, 0x200F},
                                          {0x20D0, 0x20FF},
                                          {0xFE00, 0xFE0F}}};
constexpr std::array<Range, 9> wide{{{0x1100, 0x115F},
                                     {0x2E80, 0x303E},
                                     {0x3041, 0xA4CF},
                                     {0xAC00, 0xD7A3},
                                     {0xF900, 0xFAFF},
                                     {0xFE30, 0xFE6F},
                                     {0xFF00, 0xFF60},
                                     {0x1F300, 0x1FAFF},
                                     {0x20000, 0x3FFFD}}};

template <std::size_t N>
bool within(char32_t point, const std::array<Range, N>& ranges) {
  for (const auto& [first, last] : ranges) {
    if (point >= first && point <= last) return true;
  }
  return false;
}

// One character as it will be printed, and its columns. Takes it off the front of `text`.
struct Glyph {
  std::string_view bytes;
  std::size_t columns = 1;
};

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

Glyph next(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = sequence_length(lead);
  char32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  bool sound = length > 0 && length <= text.size();
  for (std::size_t i = 1; sound && i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    sound = (byte & 0xC0U) == 0x80U;
    point = (point << 6U) | (byte & 0x3FU);
  }
  constexpr std::array<char32_t, 5> shortest{0, 0, 0x80, 0x800, 0x10000};  // overlong forms are not UTF-8
  sound = sound && point >= shortest[length] && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
  const bool control = point < 0x20 || (point >= 0x7F && point < 0xA0) ||
                       (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) ||
                       point == 0x2028 || point == 0x2029;
  if (!sound || control) {
    text.remove_prefix(sound ? length : 1);
    return {"?", 1};
  }
  const Glyph glyph{text.substr(0, length), within(point, combining) ? 0U : within(point, wide) ? 2U : 1U};
  text.remove_prefix(length);
  return glyph;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) columns += next(text).columns;
  return columns;
}

std::string fitted(std::string_view text, std::size_t width) {
  std::string result, before_mark;  // the latter leaves a column for the ellipsis
  std::size_t column = 0;
  while (!text.empty()) {
    const Glyph glyph = next(text);
    if (column + glyph.columns > width) return width == 0 ? "" : before_mark + "…";
    result += glyph.bytes;
    column += glyph.columns;
    if (column < width) before_mark = result;
  }
  return result;
}

}  // namespace monge::report
