// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
//
// Prints the fuzzer's dictionary for configurations: the keys of the format, their examples, and YAML's own marks.
#include "host/config/keys.h"

#include <cstdio>
#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace {

void add(const nlohmann::json& example, std::set<std::string>& words) {
  words.insert(example.is_string() ? example.get<std::string>() : example.dump());
}

}  // namespace

int main() {
  std::set<std::string> words{"&a ",
                              "*a",
                              "<<: ",
                              "!!str ",
                              "!!binary ",
                              "? ",
                              "- ",
                              ": ",
                              "~",
                              "null",
                              "|\n",
                              ">-\n",
                              "---\n",
                              "...\n",
                              "%YAML 1.2\n",
                              "{",
                              "}",
                              "[",
                              "]",
                              "\"",
                              "'",
                              "# ",
                              "\t",
                              "\n  ",
                              "\xEF\xBB\xBF",
                              "\n==== set \"",
                              "data.panel=panel.parquet",
                              "panel: panel.parquet",
                              "groups.a.b.symbols=",
                              "windows.0.end=",
                              "\\x",
                              "\\u",
                              "1e308",
                              "-0",
                              "0x1",
                              "1900-01-01",
                              "9999-12-31"};
  for (const topheavy::key_rule& rule : topheavy::key_rules()) {
    words.insert(std::string(rule.last_key()) + ": ");
    words.insert(std::string(rule.path) + "=");
    if (rule.examples_json.empty()) continue;
    for (const auto& example : nlohmann::json::parse(rule.examples_json)) add(example, words);
  }
  for (const std::string& word : words) {
    std::string line = "\"";
    for (const char c : word) {
      char byte[5];
      std::snprintf(byte, sizeof byte, "\\x%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
      line += byte;
    }
    std::puts((line + "\"").c_str());
  }
}
