// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/config/keys.h"
#include "host/stage/expression.h"

#include <filesystem>
#include <string>
#include <vector>

// A file of rules: configs/rules/README.md.
namespace topheavy {

struct rule {
  std::string name;
  std::string meaning;  // of a watch; may be empty
  expression when;
  std::string text;  // of the expression, as it stands in the file

  // "file:line:column" of a byte of the text.
  std::string origin(std::size_t offset) const;

  std::string file;
  int line = 0;
  int column = 0;                  // of the text's first character
  bool text_is_as_written = true;  // else offsets in the text say nothing of columns
};

struct stage_rules {
  std::string name;
  std::string meaning;  // may be empty
  std::vector<rule> rules;
};

struct rule_set {
  std::vector<stage_rules> stages;  // in the order of the file: the first whose rules all hold is the stage
  std::vector<rule> watch;
};

inline constexpr const char* undetermined_stage = "undetermined";

// Throws error(usage) that lists every problem, one a line: file:line:column: what, the value, what is allowed. Names of
// dimensions, groups and windows are not looked at.
rule_set read_rules(const std::filesystem::path& file);
rule_set parse_rules(std::string text, const std::string& file);

const std::vector<key_rule>& rule_file_keys();

}  // namespace topheavy
