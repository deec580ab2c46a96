// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/base/log.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

// The commands behind the command line. Each returns its exit code or throws; host/main.cpp maps what is thrown.
namespace topheavy {

// What computes.
struct machine_options {
  std::string backend = "auto";
  std::vector<int> devices;  // of cuda, by index; empty: all there are
  int threads = 0;           // 0: all that the process may use
};

struct run_options : machine_options {
  std::filesystem::path config;
  std::filesystem::path out;  // {as_of} in it: the date; empty: topheavy-runs/<name>-<as_of>
  bool force = false;
  bool if_changed = false;  // nothing to do where `out` holds what the run would say
  std::vector<std::string> overrides;
  bool quiet = false;  // no summary on stdout
};

struct generate_options {
  int constituents = 3000;
  int days = 756;
  std::uint64_t seed = 1;
  std::string format = "parquet";
  std::int64_t row_group_rows = 500000;
  std::filesystem::path out;
  bool force = false;
  bool quiet = false;
};

struct diff_options : machine_options {
  std::filesystem::path a, b;  // folders of runs
  std::filesystem::path json;  // empty: none is written
  bool totals = false;         // no split
  bool quiet = false;          // no table on stdout
};

int run_command(const run_options& options);
int diff_command(const diff_options& options);
int validate_command(const std::filesystem::path& config, const std::vector<std::string>& overrides);
enum class schema_kind { configuration, rules, stress };
int schema_command(schema_kind of);
int info_command();
int generate_command(const generate_options& options);
int demo_command(const run_options& options);  // config is not read; out: topheavy-demo

}  // namespace topheavy
