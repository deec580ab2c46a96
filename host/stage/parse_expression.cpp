// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/closest.h"
#include "host/config/node.h"
#include "host/config/scalars.h"
#include "host/stage/expression.h"
#include "host/stage/words.h"

#include <utility>

#include <fmt/format.h>

namespace topheavy {
namespace {

enum class token_kind { end, word, quoted, number, symbol };

struct token {
  token_kind kind = token_kind::end;
  std::string_view text;  // as it stands there
  std::string name;       // of a quoted one, without its quotes
  double number = 0.0;
  std::size_t offset = 0;

  bool is_symbol(std::string_view s) const { return kind == token_kind::symbol && text == s; }
  bool is_word(std::string_view w) const { return kind == token_kind::word && text == w; }
  std::string what() const {
    return kind == token_kind::end ? "the expression ends" : fmt::format("`{}` stands", shown(text));
  }
};

class lexer {
 public:
  explicit lexer(std::string_view text) : text_(text) {}

  token next() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    token t;
    t.offset = at_;
    if (at_ == text_.size()) return t;
    const char c = text_[at_];
    if (is_letter(c)) return word(t);
    if (c == '\'') return quoted(t);
    if (is_digit(c) || c == '.' || c == '+' || c == '-') return number(t);
    for (const std::string_view symbol : {"<=", ">=", "<", ">", "(", ")", ","}) {
      if (!text_.substr(at_).starts_with(symbol)) continue;
      t.kind = token_kind::symbol;
      return take(t, symbol.size());
    }
    throw expression_error(at_, fmt::format("`{}` means nothing here; {}", shown(character()), hint()));
  }

 private:
  token take(token& t, std::size_t length) {
    t.text = text_.substr(at_, length);
    at_ += length;
    return t;
  }

  token word(token& t) {
    std::size_t end = at_;
    while (end < text_.size() &&
           (is_letter(text_[end]) || is_digit(text_[end]) || text_[end] == '.' || text_[end] == '-'))
      ++end;
    t.kind = token_kind::word;
    return take(t, end - at_);
  }

  token quoted(token& t) {
    std::size_t end = at_ + 1;
    for (; end < text_.size(); ++end) {
      if (text_[end] == '\'') {
        if (end + 1 == text_.size() || text_[end + 1] != '\'') break;
        ++end;
      }
      t.name += text_[end];
    }
    if (end == text_.size()) throw expression_error(at_, "a quote that is never closed");
    if (t.name.empty()) throw expression_error(at_, "an empty name in quotes");
    t.kind = token_kind::quoted;
    return take(t, end + 1 - at_);
  }

  // As far as a careless reader would take it for one number, so that the message shows all of it.
  token number(token& t) {
    std::size_t end = at_ + 1;
    for (; end < text_.size(); ++end) {
      const char c = text_[end];
      const bool exponent_sign = (c == '+' || c == '-') && (text_[end - 1] == 'e' || text_[end - 1] == 'E');
      if (!is_digit(c) && !is_letter(c) && c != '.' && !exponent_sign) break;
    }
    const std::string_view all = text_.substr(at_, end - at_);
    const auto value = parse_number(all);
    if (!value) {
      throw expression_error(
          at_, fmt::format("`{}` is not a number; numbers are written 20, -0.05 or 1e-3", shown(all)));
    }
    t.kind = token_kind::number;
    t.number = *value + 0.0;  // no -0
    return take(t, all.size());
  }

  std::string_view character() const {
    std::size_t length = 1;
    while (at_ + length < text_.size() && (static_cast<unsigned char>(text_[at_ + length]) & 0xc0u) == 0x80u)
      ++length;
    return text_.substr(at_, length);
  }

  std::string_view hint() const {
    switch (text_[at_]) {
      case '=':
      case '!':
        return "values are compared by <, <=, > or >=";
      case '&':
      case '|':
        return "conditions are joined by `and` or `or`";
      case '*':
      case '/':
        return "there is no arithmetic in rules";
      case '%':
        return "write a share as a fraction: 0.05";
      case '"':
        return "a name that is not plain stands in single quotes: 'Health Care'";
      default:
        return "a condition is such as volatility.level < 20";
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

using side = std::variant<double, evidence_call>;

class parser {
 public:
  explicit parser(std::string_view text) : lexer_(text) { advance(); }

  expression parse() {
    if (now_.kind == token_kind::end) throw expression_error(0, "an empty expression");
    expression e = disjunction(0);
    if (now_.kind == token_kind::end) return e;
    if (now_.is_symbol(")")) fail("`)` closes nothing");
    if (operator_of(now_)) fail("a comparison has two sides; join two comparisons by `and`");
    fail(fmt::format("{} where `and`, `or` or the end was expected", now_.what()));
  }

 private:
  [[noreturn]] void fail(const std::string& text) const { throw expression_error(now_.offset, text); }

  void advance() { now_ = lexer_.next(); }

  static std::optional<comparison_operator> operator_of(const token& t) {
    using enum comparison_operator;
    if (t.is_symbol("<")) return less;
    if (t.is_symbol("<=")) return less_equal;
    if (t.is_symbol(">")) return greater;
    if (t.is_symbol(">=")) return greater_equal;
    return std::nullopt;
  }

  static comparison_operator turned(comparison_operator op) {
    using enum comparison_operator;
    switch (op) {
      case less:
        return greater;
      case less_equal:
        return greater_equal;
      case greater:
        return less;
      case greater_equal:
        break;
    }
    return less_equal;
  }

  expression disjunction(int level) {
    return joined("or", expression_kind::any_of,
                  [&] { return joined("and", expression_kind::all_of, [&] { return condition(level); }); });
  }

  template <typename Part>
  expression joined(std::string_view word, expression_kind kind, Part part) {
    expression first = part();
    if (!now_.is_word(word)) return first;
    expression e;
    e.kind = kind;
    e.parts.push_back(std::move(first));
    while (now_.is_word(word)) {
      advance();
      e.parts.push_back(part());
    }
    return e;
  }

  expression condition(int level) {
    if (!now_.is_word("not") && !now_.is_symbol("(")) return compared();
    if (level == deepest_expression) fail(fmt::format("nested deeper than {} levels", deepest_expression));
    if (now_.is_word("not")) {
      advance();
      expression e;
      e.kind = expression_kind::negate;
      e.parts.push_back(condition(level + 1));
      return e;
    }
    const std::size_t opened = now_.offset;
    advance();
    expression e = disjunction(level + 1);
    if (now_.kind == token_kind::end) throw expression_error(opened, "`(` is never closed");
    if (operator_of(now_)) fail("a comparison has two sides; join two comparisons by `and`");
    if (!now_.is_symbol(")")) fail(fmt::format("{} where `and`, `or` or `)` was expected", now_.what()));
    advance();
    return e;
  }

  expression compared() {
    const std::size_t start = now_.offset;
    side left = one_side();
    const auto op = operator_of(now_);
    if (!op) fail(fmt::format("{} where <, <=, > or >= was expected", now_.what()));
    advance();
    side right = one_side();
    expression e;
    e.compare.op = *op;
    if (std::holds_alternative<double>(left)) {
      if (std::holds_alternative<double>(right)) {
        throw expression_error(start, "a comparison of two numbers; one side must be evidence");
      }
      std::swap(left, right);
      e.compare.op = turned(*op);
    }
    e.compare.left = std::get<evidence_call>(std::move(left));
    e.compare.right = std::move(right);
    return e;
  }

  side one_side() {
    if (now_.kind == token_kind::number) {
      const double number = now_.number;
      advance();
      return number;
    }
    if (now_.kind != token_kind::word || is_keyword(now_.text))
      fail(fmt::format("{} where a number or evidence was expected", now_.what()));
    return call();
  }

  evidence_call call() {
    evidence_call made;
    const std::size_t offset = now_.offset;
    made.kind = find_kind();
    advance();
    const std::vector<argument_kind>& wanted = made.kind->arguments;
    if (!now_.is_symbol("(")) {
      if (!wanted.empty())
        throw expression_error(
            offset, fmt::format("`{0}` needs arguments: {1}", made.kind->name, usage_of(*made.kind)));
      return made;
    }
    if (wanted.empty()) fail(fmt::format("`{}` takes no arguments", made.kind->name));
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      advance();
      made.arguments.push_back(argument(*made.kind, wanted[i]));
      const std::string_view behind = i + 1 < wanted.size() ? "," : ")";
      if (!now_.is_symbol(behind)) {
        fail(fmt::format("{} where `{}` was expected: {}", now_.what(), behind, usage_of(*made.kind)));
      }
    }
    advance();
    return made;
  }

  const evidence_kind* find_kind() const {
    std::vector<std::string_view> names;
    for (const evidence_kind& kind : evidence_table()) {
      if (kind.name == now_.text) return &kind;
      names.push_back(kind.name);
    }
    fail(fmt::format("unknown evidence `{}`; {}", shown(now_.text),
                     what_else(now_.text, names, std::string::npos)));
  }

  evidence_argument argument(const evidence_kind& kind, argument_kind wanted) {
    evidence_argument made;
    made.offset = now_.offset;
    const auto refuse = [&] {
      const std::string stands =
          now_.kind == token_kind::end ? "is missing" : fmt::format("is `{}`", shown(now_.text));
      fail(fmt::format("`{}` of `{}` {}; must be {}", name_of(wanted), usage_of(kind), stands,
                       allowed_by(wanted)));
    };
    if (is_name(wanted)) {
      if (now_.kind == token_kind::quoted) {
        made.value = now_.name;
      } else if (now_.kind == token_kind::word && !is_keyword(now_.text)) {
        made.value = std::string(now_.text);
      } else {
        refuse();
      }
    } else {
      if (now_.kind != token_kind::number || !is_allowed(wanted, now_.number)) refuse();
      made.value = now_.number;
    }
    advance();
    return made;
  }

  lexer lexer_;
  token now_;
};

}  // namespace

expression parse_expression(std::string_view text) {
  if (text.size() > longest_expression) {
    throw expression_error(
        0, fmt::format("an expression of {} bytes; at most {} are allowed, use several rules", text.size(),
                       longest_expression));
  }
  return parser{text}.parse();
}

}  // namespace topheavy
