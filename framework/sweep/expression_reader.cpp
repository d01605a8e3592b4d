#include "sweep/expression_reader.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace monge::sweep {
namespace {

using Node = Condition::Node;
using Operand = Condition::Operand;

constexpr std::size_t deepest = 64;

struct Token {
  enum class Kind { end, word, number, text, sign };
  Kind kind = Kind::end;
  std::string text;
  Json literal;
  std::size_t column = 0;
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; }

class Lexer {
 public:
  explicit Lexer(const std::string& text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    Token token;
    token.column = at_ + 1;
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    const bool negative = (c == '-' || c == '+') && at_ + 1 < text_.size();
    const char first_digit = negative ? text_[at_ + 1] : c;
    if (c == '"' || c == '\'') return string(token, c);
    if (std::isdigit(static_cast<unsigned char>(first_digit)) != 0) return number(token);
    if (is_word(c)) return word(token);
    return sign(token);
  }

 private:
  Token string(Token token, char quote) {
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string::npos) throw ExpressionFault(token.column, "text without its closing quote");
    token.kind = Token::Kind::text;
    token.literal = text_.substr(at_ + 1, end - at_ - 1);
    token.text = "text";
    at_ = end + 1;
    return token;
  }

  Token number(Token token) {
    const std::size_t begin = at_++;
    while (at_ < text_.size()) {
      const bool exponent_sign =
          (text_[at_] == '-' || text_[at_] == '+') && std::tolower(text_[at_ - 1]) == 'e';
      if (!is_word(text_[at_]) && !exponent_sign) break;
      ++at_;
    }
    token.kind = Token::Kind::number;
    token.text = text_.substr(begin, at_ - begin);
    std::string digits = token.text;
    std::erase(digits, '_');
    if (digits.front() == '+') digits.erase(0, 1);
    double value = 0;
    const char* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end) {
      throw ExpressionFault(token.column, "'" + token.text + "' is no number");
    }
    token.literal = value;
    return token;
  }

  Token word(Token token) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    token.kind = Token::Kind::word;
    token.text = text_.substr(begin, at_ - begin);
    if (token.text == "true" || token.text == "false") token.literal = token.text == "true";
    return token;
  }

  Token sign(Token token) {
    token.kind = Token::Kind::sign;
    for (const std::string known : {"==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ","}) {
      if (text_.compare(at_, known.size(), known) == 0) {
        token.text = known;
        at_ += known.size();
        return token;
      }
    }
    for (const auto& [wrong, right] : {std::pair("=", "=="), {"&&", "and"}, {"||", "or"}, {"!", "not"}}) {
      if (text_.compare(at_, std::string(wrong).size(), wrong) == 0) {
        throw ExpressionFault(token.column, "'" + std::string(wrong) + "' is not known; use '" + right + "'");
      }
    }
    throw ExpressionFault(token.column, "'" + text_.substr(at_, 1) + "' is not known in a condition");
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

class Reader {
 public:
  explicit Reader(const std::string& text) : lexer_(text) { advance(); }

  Node whole() {
    Node node = condition(0);
    if (token_.kind != Token::Kind::end) fail("expected 'and', 'or' or the end" + seen());
    return node;
  }

 private:
  Node condition(std::size_t depth) {
    return chain(Node::Op::any, "or",
                 [&] { return chain(Node::Op::all, "and", [&] { return one(depth); }); });
  }

  template <typename Part>
  Node chain(Node::Op op, const std::string& joint, const Part& part) {
    Node first = part();
    if (!is(joint)) return first;
    Node node{op, "", {}, {}, first.column};
    node.children.push_back(std::move(first));
    while (is(joint)) {
      advance();
      node.children.push_back(part());
    }
    return node;
  }

  Node one(std::size_t depth) {
    if (depth > deepest) fail("the condition is nested too deeply");
    const std::size_t column = token_.column;
    if (is("not")) {
      advance();
      return {Node::Op::negation, "", {one(depth + 1)}, {}, column};
    }
    if (is("(")) {
      advance();
      Node node = condition(depth + 1);
      expect(")");
      return node;
    }
    return is("defined") ? defined() : comparison();
  }

  Node defined() {
    Node node{Node::Op::defined, "", {}, {}, token_.column};
    advance();
    expect("(");
    const bool key = token_.kind == Token::Kind::text || token_.kind == Token::Kind::word;
    if (!key) fail("defined() takes a key, as in defined(\"enforcer.bound\")" + seen());
    const std::string name =
        token_.kind == Token::Kind::text ? token_.literal.get<std::string>() : token_.text;
    node.operands.push_back({name, nullptr, token_.column});
    advance();
    expect(")");
    return node;
  }

  Node comparison() {
    Node node{Node::Op::compare, "", {}, {operand()}, token_.column};
    const bool negated = is("not");
    if (negated) advance();
    if (is("in")) {
      list(node);
      node.sign = negated ? "not in" : "in";
      return node;
    }
    const bool compares = is("==") || is("!=") || is("<") || is("<=") || is(">") || is(">=");
    if (negated || !compares) fail("expected ==, !=, <, <=, >, >= or 'in'" + seen());
    node.sign = token_.text;
    advance();
    node.operands.push_back(operand());
    return node;
  }

  void list(Node& node) {
    node.op = Node::Op::in;
    advance();
    expect("[");
    while (true) {
      Operand item = operand();
      if (!item.key.empty())
        throw ExpressionFault(item.column, "a list after 'in' holds numbers and texts in quotes");
      node.operands.push_back(std::move(item));
      if (!is(",")) break;
      advance();
    }
    expect("]");
  }

  Operand operand() {
    const bool keyword = is("and") || is("or") || is("in") || is("not");
    const bool usable = token_.kind != Token::Kind::end && token_.kind != Token::Kind::sign && !keyword;
    if (!usable) fail("expected a key, a number or a text in quotes" + seen());
    const bool key = token_.kind == Token::Kind::word && token_.literal.is_null();
    Operand result{key ? token_.text : "", token_.literal, token_.column};
    advance();
    return result;
  }

  bool is(const std::string& text) const {
    const bool plain = token_.kind == Token::Kind::word || token_.kind == Token::Kind::sign;
    return plain && token_.text == text;
  }
  void expect(const std::string& text) {
    if (!is(text)) fail("expected '" + text + "'" + seen());
    advance();
  }
  void advance() { token_ = lexer_.next(); }
  std::string seen() const {
    return token_.kind == Token::Kind::end ? ", not the end" : ", not '" + token_.text + "'";
  }
  [[noreturn]] void fail(const std::string& fault) const { throw ExpressionFault(token_.column, fault); }

  Lexer lexer_;
  Token token_;
};

}  // namespace

Node read_condition(const std::string& text) { return Reader(text).whole(); }

}  // namespace monge::sweep
