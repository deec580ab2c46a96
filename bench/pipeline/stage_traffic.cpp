// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
//
// stage_traffic DAYS CONSTITUENTS GROUPS WINDOWS REGIMES: what the passes of a run of that size move by their
// contracts, and what a plain copy by all threads of this machine reaches now, as JSON. For side_by_side.py.
#include "bench/harness/copy_bandwidth.h"
#include "host/base/provenance.h"
#include "kernels/constituent_pass/constituent_pass.h"
#include "kernels/day_pass/day_pass.h"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>

#include <nlohmann/json.hpp>

namespace {

nlohmann::json bytes_of(const topheavy::traffic& moved) {
  return {{"read", moved.bytes_read}, {"written", moved.bytes_written}};
}

int print_traffic(char** arguments) {
  std::size_t size[5] = {};
  for (std::size_t i = 0; i < 5; ++i) {
    const char* text = arguments[i];
    const char* end = text + std::strlen(text);
    const auto [stop, problem] = std::from_chars(text, end, size[i]);
    if (problem != std::errc() || stop != end || text == end) {
      std::fprintf(stderr, "'%s' is no whole number\n", text);
      return 2;
    }
  }
  const auto [days, constituents, groups, windows, regimes] = size;
  const topheavy::provenance p = topheavy::program_provenance();
  const nlohmann::json printed = {
      {"copy_bandwidth", topheavy::bench::copy_bandwidth()},
      {"commit", p.commit},
      {"compiler", p.compiler},
      {"flags", p.flags},
      {"stages",
       {{"topheavy::history::day_pass", bytes_of(topheavy::day_pass_traffic(days, constituents, groups))},
        {"topheavy::history::constituent_pass",
         bytes_of(topheavy::constituent_pass_traffic(days, constituents, windows, regimes, regimes))}}}};
  std::printf("%s\n", printed.dump().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: stage_traffic DAYS CONSTITUENTS GROUPS WINDOWS REGIMES\n");
    return 2;
  }
  try {
    return print_traffic(argv + 1);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 1;
  }
}
