// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/config/yaml_tree.h"

#include "host/config/source_text.h"

#include <algorithm>
#include <istream>
#include <map>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace topheavy {
namespace {

constexpr std::size_t most_nodes = 100'000;  // copies made for aliases included, so that they cannot multiply
constexpr std::size_t most_levels = 64;

// What a node is without its anchor and tag, which stand before it.
std::string_view without_properties(std::string_view text) {
  while (text.starts_with('&') || text.starts_with('!')) {
    text.remove_prefix(std::min(text.find_first_of(" \t\r\n"), text.size()));
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  }
  return text;
}

// Whether a text in quotes ends; the parser takes the end of the file for the missing quote.
bool is_closed(std::string_view text) {
  const char quote = text.empty() ? '\0' : text[0];
  if (quote != '"' && quote != '\'') return true;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const bool escape = quote == '"' ? text[i] == '\\' : text.substr(i, 2) == "''";
    if (escape) {
      ++i;
    } else if (text[i] == quote) {
      return true;
    }
  }
  return false;
}

// The parser quotes single bytes: of a character of several, or of a control character, nothing is repeated.
std::string plain(const std::string& message) {
  const auto strange = first_strange_byte(message, "");
  if (!strange) return message;
  const std::string kept = message.substr(0, strange->offset);
  return kept.substr(0, kept.find_last_not_of(": ") + 1);
}

// What the parser's terse texts mostly come from.
std::string_view hint_for(const std::string& message) {
  if (message.find("illegal map value") != std::string::npos) return "; a value with `: ` in it needs quotes";
  if (message.find("end of map not found") != std::string::npos) return "; is the indentation right?";
  if (message.find("unknown escape character") != std::string::npos) {
    return "; a backslash means itself in single quotes or without quotes";
  }
  if (message.find("anchor is not defined") != std::string::npos)
    return "; a text that begins with `*` needs quotes";
  return "";
}

// The null word a text starts with; empty where there is none.
std::string null_word(std::string_view text) {
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    if (!text.starts_with(word)) continue;
    if (text.size() == word.size() ||
        std::string_view{" \t\r\n,]}:"}.find(text[word.size()]) != std::string_view::npos) {
      return std::string{word};
    }
  }
  return {};
}

class tree_builder : public YAML::EventHandler {
 public:
  tree_builder(const source_text& text, problems& found) : text_(text), found_(found) {}

  node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    const place at = place_of(mark);
    const bool marker = text_.rest_at(mark.line, mark.column).starts_with("---");
    fail(at, marker ? "a second document starts here; a file holds one configuration"
                    : "text after the end of the configuration; is the indentation right?");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    node value;
    value.text = null_word(without_properties(text_.rest_at(mark.line, mark.column)));
    value.at = place_of(mark);
    // Where a value is left out, the mark is that of whatever comes next: the key is the better place.
    if (value.text.empty() && !open_.empty() && open_.back().key) value.at = open_.back().key->at;
    add(std::move(value), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    node value;
    value.kind = node_kind::scalar;
    value.text = text;
    value.at = place_of(mark);
    value.quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!is_closed(without_properties(text_.rest_at(mark.line, mark.column))))
      fail(value.at, "a quote that is never closed");
    if (!value.quoted) check_tag(value.at, tag);
    const bool control = std::any_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (control)
      found_.add(value.at, fmt::format("`{}` spans lines or holds control characters; give it on one line",
                                       shown(text)));
    add(std::move(value), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto named = anchored_.find(anchor);
    if (named == anchored_.end()) fail(place_of(mark), "an alias inside of what it names");
    count(named->second, open_.size(), place_of(mark));
    attach(named->second);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(node_kind::list, mark, tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(node_kind::map, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct open_node {
    node value;
    YAML::anchor_t anchor;
    std::optional<node> key;          // of a map, while its value is awaited
    std::map<std::string, int> seen;  // keys of a map and their lines
  };

  place place_of(const YAML::Mark& mark) const { return text_.place_at(mark.line, mark.column); }

  [[noreturn]] void fail(place at, std::string text) {
    found_.add(at, std::move(text));
    found_.fail();
  }

  void check_tag(place at, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    found_.add(at, fmt::format("YAML tag `{}`; tags have no meaning here but for !!str", shown(tag)));
  }

  void count_one(std::size_t level, place at) {
    if (++nodes_ > most_nodes) {
      fail(at, fmt::format("more than {} values, those repeated by aliases included", most_nodes));
    }
    if (level > most_levels) fail(at, fmt::format("nested deeper than {} levels", most_levels));
  }
  void count(const node& value, std::size_t level, place at) {
    count_one(level, at);
    for (const node& item : value.items) count(item, level + 1, at);
    for (const map_entry& e : value.entries) {
      count(e.key, level + 1, at);
      count(e.value, level + 1, at);
    }
  }

  void open(node_kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    node value;
    value.kind = kind;
    value.at = place_of(mark);
    check_tag(value.at, tag);
    count_one(open_.size(), value.at);
    open_.push_back({std::move(value), anchor, std::nullopt, {}});
  }

  void close() {
    open_node done = std::move(open_.back());
    open_.pop_back();
    keep(done.value, done.anchor);
    attach(std::move(done.value));
  }

  void add(node value, YAML::anchor_t anchor) {
    count_one(open_.size(), value.at);
    keep(value, anchor);
    attach(std::move(value));
  }

  void keep(const node& value, YAML::anchor_t anchor) {
    if (anchor == YAML::NullAnchor) return;
    count(value, open_.size(), value.at);
    anchored_[anchor] = value;
  }

  void attach(node value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    open_node& parent = open_.back();
    if (parent.value.kind == node_kind::list) {
      parent.value.items.push_back(std::move(value));
    } else if (!parent.key) {
      check_key(parent.seen, value);
      parent.key = std::move(value);
    } else {
      parent.value.entries.push_back({std::move(*parent.key), std::move(value)});
      parent.key.reset();
    }
  }

  // A key that is refused becomes a null, which the rules pass over.
  void check_key(std::map<std::string, int>& seen, node& key) {
    if (key.kind == node_kind::list || key.kind == node_kind::map) {
      found_.add(key.at, fmt::format("a key is {}; must be text", shown(key)));
    } else if (key.kind == node_kind::null) {
      found_.add(
          key.at,
          key.text.empty()
              ? "a value without a key"
              : fmt::format("the key `{0}` is YAML's null; quote it (\"{0}\") to mean the text", key.text));
    } else if (key.text == "<<" && !key.quoted) {
      found_.add(key.at, "the merge key `<<` is not supported; write the keys out");
      key.kind = node_kind::null;
    } else if (const auto [first, added] = seen.emplace(key.text, key.at.line); !added) {
      const std::string where = key.at.line == 0 ? "" : fmt::format("; first at line {}", first->second);
      found_.add(key.at, fmt::format("duplicate key `{}`{}", shown(key.text), where));
    }
  }

  const source_text& text_;
  problems& found_;
  node root_;
  std::vector<open_node> open_;
  std::map<YAML::anchor_t, node> anchored_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

}  // namespace

node parse_yaml(std::string text, int source, problems& found) {
  const source_text checked{std::move(text), source};
  checked.check(found);
  tree_builder builder{checked, found};
  try {
    std::istringstream stream{checked.text()};
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& e) {
    found.add(checked.place_at(e.mark.line, e.mark.column),
              fmt::format("not valid YAML: {}{}", plain(e.msg), hint_for(e.msg)));
    found.fail();
  }
  return builder.take();
}

}  // namespace topheavy
