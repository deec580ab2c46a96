// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
//
// stage_traffic DAYS CONSTITUENTS GROUPS WINDOWS REGIMES: what the passes of a run of that size move by their
// contracts, and what a plain copy by all threads of this machine reaches now, as JSON. For side_by_side.py.
#include "bench/harness/arguments.h"
#include "bench/harness/copy_bandwidth.h"
#include "host/base/provenance.h"
#include "kernels/constituent_pass/constituent_pass.h"
#include "kernels/day_pass/day_pass.h"

#include <cstdio>

#include <nlohmann/json.hpp>

namespace {

nlohmann::json bytes_of(const topheavy::traffic& moved) {
  return {{"read", moved.bytes_read}, {"written", moved.bytes_written}};
}

void print_traffic(char** arguments) {
  std::size_t size[5] = {};
  for (std::size_t i = 0; i < 5; ++i) size[i] = topheavy::bench::number(arguments[i]);
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
}

}  // namespace

int main(int argc, char** argv) {
  return topheavy::bench::serve_arguments(
      argc, argv, 5, "stage_traffic DAYS CONSTITUENTS GROUPS WINDOWS REGIMES", print_traffic);
}
