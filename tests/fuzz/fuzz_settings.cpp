// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
//
// Any text as a configuration, with overrides: settings that survive being printed and read again, or error(usage) whose
// every line names a place. The input is written like a case of tests/golden/config; what follows its overrides is
// passed over.
#include "host/base/error.h"
#include "host/config/config.h"
#include "tests/fuzz/property.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

namespace fs = std::filesystem;

constexpr const char* file_name = "config.yaml";
std::size_t accepted = 0;

// The working directory: one with the files a configuration of tests/golden/config may name.
class work_folder {
 public:
  work_folder() {
    std::string name = (fs::temp_directory_path() / "topheavy_fuzz_XXXXXX").string();
    require(mkdtemp(name.data()) != nullptr, "a folder for temporary files can be made");
    folder_ = name;
    fs::current_path(folder_);
    for (const char* file : {"panel.parquet", "constituents.csv", "vix.csv", "stages.yaml"})
      std::ofstream{file};
    fs::create_directory("folder");
    fs::create_directory("stress");
    for (const char* file : {"volatility_back_to_31", "semiconductors_down_20", "crypto_down_35"})
      std::ofstream{fmt::format("stress/{}.yaml", file)};
  }
  ~work_folder() {
    std::error_code unused;
    fs::remove_all(folder_, unused);
  }
  work_folder(const work_folder&) = delete;
  work_folder& operator=(const work_folder&) = delete;

 private:
  fs::path folder_;
};

struct configuration {
  std::string yaml;
  std::vector<std::string> overrides;
};

configuration parse_case(std::string_view text) {
  constexpr std::string_view mark = "==== ", set = "==== set ";
  configuration c;
  std::size_t at = text.starts_with(mark) ? 0 : text.find("\n==== ");
  if (at == std::string_view::npos) return {std::string(text), {}};
  if (at > 0) ++at;
  c.yaml = text.substr(0, at);
  for (text.remove_prefix(at); text.starts_with(set);) {
    const std::string_view line = text.substr(set.size(), text.find('\n') - set.size());
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    c.overrides.push_back(json.is_string() ? json.get<std::string>() : std::string(line));
    text.remove_prefix(std::min(text.size(), set.size() + line.size() + 1));
  }
  return c;
}

void require_place(std::string_view line, std::string_view yaml, const std::string& message) {
  if (line.starts_with("--set ")) {
    require(line.find(": ") != std::string_view::npos,
            "a line of an override says what is wrong: " + message);
    return;
  }
  const std::string file = std::string(file_name) + ":";
  require(line.starts_with(file), "every line names a place: " + message);
  line.remove_prefix(file.size());
  const std::size_t number = take_number(line);
  const std::size_t column = take_number(line);
  const auto lines = 1 + static_cast<std::size_t>(std::count(yaml.begin(), yaml.end(), '\n'));
  require(number >= 1 && number <= lines && column >= 1 && column <= yaml.size() + 1,
          "a place is one of the file: " + message);
  require(line.starts_with(" ") && line.size() > 1, "behind the place stands what is wrong: " + message);
}

void require_clear(const error& e, std::string_view yaml) {
  const std::string message = e.what();
  require(e.kind() == error_class::usage, "a configuration is refused as usage: " + message);
  require_plain_message(message);
  constexpr std::size_t most_lines = 100;
  std::size_t count = 0;
  for (std::string_view rest = message; !rest.empty(); ++count) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    if (count == most_lines) {
      require(line.starts_with("and ") && line.ends_with(" more"), "what is beyond is counted: " + message);
    } else {
      require_place(line, yaml, message);
    }
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  require(count <= most_lines + 1, "a message is not endless: " + message);
}

settings read_text(std::string_view yaml, const std::vector<std::string>& overrides) {
  std::ofstream{file_name, std::ios::binary} << yaml;
  return read_settings(file_name, overrides);
}

void check_settings(std::string_view input) {
  const configuration c = parse_case(input);
  std::string printed;
  try {
    printed = resolved_settings(read_text(c.yaml, c.overrides)).dump(2);
  } catch (const error& e) {
    return require_clear(e, c.yaml);
  }
  ++accepted;
  if (printed.size() > 1u << 20) return;  // aliases made it longer than a configuration may be
  std::string again;
  try {
    again = resolved_settings(read_text(printed, {})).dump(2);
  } catch (const error& e) {
    again = e.what();
  }
  require(again == printed,
          fmt::format("settings survive being printed and read again:\n{}\n{}", printed, again));
}

}  // namespace
}  // namespace topheavy

extern "C" std::size_t accepted_inputs();
extern "C" std::size_t accepted_inputs() { return topheavy::accepted; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const topheavy::work_folder folder;
  topheavy::check_settings({reinterpret_cast<const char*>(data), size});
  return 0;
}
