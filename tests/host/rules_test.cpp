// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/error.h"
#include "host/stage/rule_file.h"
#include "tests/support/file_text.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace topheavy {
namespace {

namespace fs = std::filesystem;

std::string answer_to(const std::string& text) {
  try {
    return "= " + to_text(parse_expression(text));
  } catch (const expression_error& e) {
    return fmt::format("! {}: {}", e.offset(), e.what());
  }
}

TEST(expressions, give_the_answers_of_tests_golden_rules) {
  std::ifstream stream("tests/golden/rules/expressions.cases");
  int accepted = 0, refused = 0, number = 0;
  for (std::string line, text; std::getline(stream, line);) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    if (!line.starts_with("= ") && !line.starts_with("! ")) {
      text = line;
      continue;
    }
    SCOPED_TRACE(fmt::format("expressions.cases:{}", number));
    EXPECT_EQ(answer_to(text), line) << text;
    ++(line[0] == '=' ? accepted : refused);
    if (line[0] == '=') {
      EXPECT_EQ(answer_to(line.substr(2)), line) << "the canonical form is its own";
    }
  }
  EXPECT_GE(accepted, 20);
  EXPECT_GE(refused, 40);
}

TEST(expressions, have_a_greatest_length) {
  const std::string one = "volatility.level < 20";
  EXPECT_EQ(answer_to(one + std::string(longest_expression - one.size(), ' ')), "= " + one);
  EXPECT_EQ(answer_to(std::string(longest_expression + 1, ' ')),
            "! 0: an expression of 1001 bytes; at most 1000 are allowed, use several rules");
  EXPECT_EQ(answer_to("  "), "! 0: an empty expression");
}

// The logic of three values, all of it: t holds, f fails, n cannot be told.
TEST(expressions, follow_the_logic_of_three_values) {
  const auto value_of = [](const evidence_call& call) {
    const double days = std::get<double>(call.arguments[0].value);
    return days == 3.0 ? std::numeric_limits<double>::quiet_NaN() : days;
  };
  const auto told = [&](const std::string& text) {
    const verdict v = holds(parse_expression(text), value_of);
    return v ? (*v ? 't' : 'f') : 'n';
  };
  const std::string t = "index.return(1) > 0", f = "index.return(2) < 0", n = "index.return(3) > 0";
  const auto table = [&](const std::string& join) {
    std::string all;
    for (const std::string& a : {t, f, n}) {
      for (const std::string& b : {t, f, n}) all += told(a + join + b);
    }
    return all;
  };
  EXPECT_EQ(table(" and "), "tfnfffnfn");
  EXPECT_EQ(table(" or "), "ttttfntnn");
  EXPECT_EQ(told("not " + t), 'f');
  EXPECT_EQ(told("not " + f), 't');
  EXPECT_EQ(told("not " + n), 'n');
  EXPECT_EQ(told(t + " and " + n + " and " + f), 'f');
  EXPECT_EQ(told(f + " or " + n + " or " + t), 't');
  EXPECT_EQ(told("index.return(2) < index.return(3)"), 'n');
  EXPECT_EQ(told("index.return(3) < index.return(2)"), 'n');
}

TEST(expressions, compare_as_they_are_written) {
  const auto told = [](const std::string& text) {
    return *holds(parse_expression(text), [](const evidence_call&) { return 20.0; });
  };
  EXPECT_FALSE(told("volatility.level < 20"));
  EXPECT_TRUE(told("volatility.level <= 20"));
  EXPECT_FALSE(told("volatility.level > 20"));
  EXPECT_TRUE(told("volatility.level >= 20"));
  EXPECT_TRUE(told("19 < volatility.level"));
  EXPECT_FALSE(told("19 > volatility.level"));
  EXPECT_TRUE(told("20 <= volatility.level"));
  EXPECT_TRUE(told("20 >= volatility.level"));
}

std::string listed(const rule_set& rules) {
  std::string text;
  const auto add = [&](const std::string& stage, const rule& r) {
    text += fmt::format("{} | {} | {} | {}\n", stage, r.name, to_text(r.when), r.origin(0));
  };
  for (const stage_rules& stage : rules.stages) {
    for (const rule& r : stage.rules) add(stage.name, r);
  }
  for (const rule& r : rules.watch) add("watch", r);
  return text;
}

TEST(rule_files, give_the_answers_of_tests_golden_rules) {
  int cases = 0;
  for (const auto& entry : fs::directory_iterator("tests/golden/rules")) {
    if (entry.path().extension() != ".case") continue;
    SCOPED_TRACE(entry.path().string());
    ++cases;
    const std::string text = text_of(entry.path());
    const std::size_t at = text.starts_with("==== ") ? 0 : text.find("\n==== ") + 1;
    const std::string expected = text.substr(text.find('\n', at) + 1);
    std::string got;
    try {
      got = listed(parse_rules(text.substr(0, at), "FILE"));
    } catch (const error& e) {
      EXPECT_EQ(e.kind(), error_class::usage);
      got = e.what() + std::string("\n");
    }
    EXPECT_EQ(got, expected);
  }
  EXPECT_GE(cases, 9);
}

TEST(rule_files, that_cannot_be_read_are_refused) {
  try {
    read_rules("no/such.yaml");
    FAIL() << "no error";
  } catch (const error& e) {
    EXPECT_EQ(e.kind(), error_class::usage);
    EXPECT_STREQ(e.what(), "no/such.yaml: does not exist; must be a YAML file of rules");
  }
}

TEST(rule_files, of_configs_are_accepted) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator("configs/rules")) {
    if (entry.path().extension() != ".yaml") continue;
    ++files;
    EXPECT_FALSE(read_rules(entry.path()).stages.empty()) << entry.path();
  }
  EXPECT_GE(files, 1);
}

// configs/rules/README.md has a row for each evidence and its own example is a file of rules.
TEST(rule_files, are_told_of_in_the_readme) {
  const std::string readme = text_of("configs/rules/README.md");
  for (const evidence_kind& kind : evidence_table()) {
    const std::string row = fmt::format("\n| `{}` | {} | {} |\n", usage_of(kind), kind.unit, kind.meaning);
    EXPECT_NE(readme.find(row), std::string::npos) << "no such row:" << row;
  }
  const std::size_t start = readme.find("```yaml\n") + 8;
  EXPECT_EQ(parse_rules(readme.substr(start, readme.find("```\n", start) - start), "README").stages.size(),
            1u);
}

}  // namespace
}  // namespace topheavy
