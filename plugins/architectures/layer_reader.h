// Layers as they stand in C++ code, read from a text:
//
//   layer    = name "(" arguments ")" { "." modifier "(" value ")" }
//   residual({conv(64, 3).pad(1), relu()}, {avg_pool(2)})     reshape({64, 7, 7})     leaky_relu(0.2)
#pragma once

#include <monge/error.h>
#include <monge/nearest.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "layer_forms.h"

namespace monge::plugins {

class LayerReader {
 public:
  /// `place` begins every fault: "architecture 'layers': generator[3]".
  LayerReader(std::string text, std::string place) : text_(std::move(text)), place_(std::move(place)) {}

  /// The text is one layer and nothing else. Throws Error(Exit::experiment).
  Layer read() {
    Layer layer = read_layer(0);
    skip_spaces();
    if (at_ < text_.size()) fault("expected the end or a modifier such as .bias(false), got " + here());
    return layer;
  }

 private:
  static constexpr std::size_t kShown = 200;         // of a text in a message
  static constexpr int kDeepest = 32;                // residuals within residuals
  static constexpr double kLargest = 1'000'000'000;  // of whole numbers, exact in a double

  [[noreturn]] void fault(const std::string& what) const { fault_at(at_, what); }
  [[noreturn]] void fault_at(std::size_t at, const std::string& what) const {
    const std::string shown = text_.size() > kShown ? text_.substr(0, kShown) + "..." : text_;
    throw Error(Exit::experiment,
                place_ + ", column " + std::to_string(at + 1) + " of \"" + shown + "\": " + what);
  }

  std::string here() const {
    return at_ < text_.size() ? std::string(1, '\'').append(1, text_[at_]).append("'") : "the end";
  }

  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  bool take(char wanted) {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void need(char wanted, const std::string& usage) {
    if (!take(wanted)) fault(std::string("expected '") + wanted + "', got " + here() + "; write " + usage);
  }

  std::string word(const std::string& what) {
    skip_spaces();
    const std::size_t start = at_;
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    while (at_ < text_.size() && letter(text_[at_])) ++at_;
    if (at_ == start) fault("expected " + what + ", got " + here());
    return text_.substr(start, at_ - start);
  }

  template <class Form>
  static std::vector<std::string> names(const std::vector<Form>& forms) {
    std::vector<std::string> all;
    all.reserve(forms.size());
    for (const auto& form : forms) all.push_back(form.name());
    return all;
  }

  double number(bool whole, double least, const std::string& usage) {
    skip_spaces();
    const char* const begin = text_.data() + at_;
    const char* end = begin;
    while (end != text_.data() + text_.size() &&
           std::string_view("0123456789.+-e").find(*end) != std::string_view::npos)
      ++end;
    double value = 0;
    const auto [rest, error] = std::from_chars(begin, end, value);
    if (begin == end || rest != end || error != std::errc() || !std::isfinite(value)) {
      fault("expected a number, got " + here() + "; write " + usage);
    }
    if (whole && (value != std::floor(value) || value < least || value > kLargest)) {
      fault("expected a whole number from " + std::to_string(static_cast<int>(least)) + " to 10^9, got " +
            std::string(begin, end) + "; write " + usage);
    }
    at_ = static_cast<std::size_t>(end - text_.data());
    return value;
  }

  Shape shape(const std::string& usage) {
    Shape extents;
    need('{', usage);
    do {
      extents.push_back(static_cast<std::int64_t>(number(true, 1, usage)));
    } while (take(','));
    need('}', usage);
    return extents;
  }

  std::vector<Layer> list(int depth, const std::string& usage) {
    if (depth >= kDeepest) fault("more than " + std::to_string(kDeepest) + " residuals within each other");
    std::vector<Layer> layers;
    need('{', usage);
    if (take('}')) return layers;
    do {
      layers.push_back(read_layer(depth + 1));
    } while (take(','));
    need('}', usage);
    return layers;
  }

  Arguments arguments(const LayerForm& form, int depth) {
    using Takes = LayerForm::Takes;
    Arguments given;
    std::size_t count = 0;
    need('(', form.usage);
    skip_spaces();
    const bool any = at_ < text_.size() && text_[at_] != ')';
    do {
      if (!any && form.least == 0) break;
      if (count == form.most) fault("takes no more; write " + form.usage);
      if (form.takes == Takes::numbers) given.numbers.push_back(number(form.whole, 1, form.usage));
      if (form.takes == Takes::shape) given.shape = shape(form.usage);
      if (form.takes == Takes::lists) given.lists.push_back(list(depth, form.usage));
      ++count;
    } while (take(','));
    if (count < form.least) fault("takes more; write " + form.usage);
    need(')', form.usage);
    return given;
  }

  double modifier_value(const ModifierForm& form) {
    using Takes = ModifierForm::Takes;
    need('(', "." + form.usage);
    double value = 0;
    if (form.takes == Takes::boolean) {
      const std::size_t start = at_;
      const std::string given = word("true or false");
      if (given != "true" && given != "false") fault_at(start, "expected true or false, got '" + given + "'");
      value = given == "true" ? 1 : 0;
    } else {
      value = number(form.takes == Takes::whole, 0, "." + form.usage);
    }
    need(')', "." + form.usage);
    return value;
  }

  Layer modified(Layer layer, const LayerForm& form) {
    const auto forms = modifier_forms();
    while (take('.')) {
      const std::size_t start = at_;
      const std::string name = word("a modifier");
      const auto& allowed = form.modifiers;
      if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
        fault_at(start, "'" + form.name() + "' has no modifier '" + name + "'" + did_you_mean(name, allowed) +
                            (allowed.empty() ? " (it has none)" : " (it has " + listed(allowed) + ")"));
      }
      const auto found =
          std::find_if(forms.begin(), forms.end(), [&](const auto& f) { return f.name() == name; });
      layer = found->apply(layer, modifier_value(*found));
    }
    return layer;
  }

  Layer read_layer(int depth) {
    const auto forms = layer_forms();
    skip_spaces();
    const std::size_t start = at_;
    const std::string name = word("a layer such as conv(64, 3).pad(1)");
    const auto form =
        std::find_if(forms.begin(), forms.end(), [&](const auto& f) { return f.name() == name; });
    if (form == forms.end()) {
      const auto known = names(forms);
      fault_at(start, "there is no layer '" + name + "'" + did_you_mean(name, known) + " (there are " +
                          listed(known) + ")");
    }
    return modified(form->make(arguments(*form, depth)), *form);
  }

  std::string text_, place_;
  std::size_t at_ = 0;
};

}  // namespace monge::plugins
