// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
//
// bootstrap_intervals FILE DAYS GROUPS CELLS REPLICATES BLOCK SEED: percentile intervals of the correlations of groups in
// each cell, by stationary bootstrap of days. For bootstrap.py, which says what FILE is. Waits for lines on stdin and
// answers each with one: "run" with the time of the whole task, "intervals" with the intervals, both as JSON.
#include "bench/harness/arguments.h"
#include "host/base/provenance.h"
#include "host/history/block_length.h"
#include "host/history/percentiles.h"
#include "kernels/backend.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>
#include <oneapi/tbb/parallel_for.h>

namespace {

using namespace topheavy;

struct task {
  std::size_t days, groups, cells, replicates, block, seed;
  std::vector<double> ret;         // [T, G]
  std::vector<std::int32_t> cell;  // [T]

  std::size_t pairs() const { return groups * (groups - 1) / 2; }
  std::size_t columns() const { return 1 + groups + groups * (groups + 1) / 2; }
};

task read_task(char** arguments) {
  task t;
  std::size_t* const sizes[] = {&t.days, &t.groups, &t.cells, &t.replicates, &t.block, &t.seed};
  for (std::size_t i = 0; i < std::size(sizes); ++i) *sizes[i] = bench::number(arguments[1 + i]);
  t.ret.resize(t.days * t.groups);
  t.cell.resize(t.days);
  std::ifstream file(arguments[0], std::ios::binary);
  file.read(reinterpret_cast<char*>(t.ret.data()), static_cast<std::streamsize>(8 * t.ret.size()));
  file.read(reinterpret_cast<char*>(t.cell.data()), static_cast<std::streamsize>(4 * t.cell.size()));
  if (!file) throw std::runtime_error(std::string(arguments[0]) + " is too short");
  return t;
}

// A count, then the groups, then their products, in whole numbers: each group over the power of two above its
// largest |return|, in steps that `days` sums of them stay below 2^53.
std::vector<double> fixed_point_columns(const task& t) {
  const double step = std::exp2(53 - std::ceil(std::log2(static_cast<double>(t.days) + 1)) - 1);
  std::vector<double> scale(t.groups, 0.0);
  for (std::size_t i = 0; i < t.ret.size(); ++i) {
    scale[i % t.groups] = std::max(scale[i % t.groups], std::fabs(t.ret[i]));
  }
  for (double& largest : scale) largest = std::exp2(-std::ceil(std::log2(largest)));
  std::vector<double> columns;
  for (std::size_t day = 0; day < t.days; ++day) {
    const auto z = [&](std::size_t g) { return t.ret[day * t.groups + g] * scale[g]; };
    columns.push_back(1.0);
    for (std::size_t g = 0; g < t.groups; ++g) columns.push_back(std::nearbyint(z(g) * step));
    for (std::size_t g = 0; g < t.groups; ++g) {
      for (std::size_t h = g; h < t.groups; ++h) columns.push_back(std::nearbyint(z(g) * z(h) * step));
    }
  }
  return columns;
}

// sums [P, count] of one cell -> rho of each pair, [pairs, stride]. Sums of products are in steps as sums of values are,
// so a product of two sums is a step too many.
TOPHEAVY_CLONES void correlate(const double* sums, std::size_t count, std::size_t groups, double step,
                               double* rho, std::size_t stride, double* inverse) {
  const double* days = sums;
  const double* first = sums + count;
  const double* product = sums + (1 + groups) * count;
  const double* square = product;
  for (std::size_t g = 0; g < groups; square += (groups - g) * count, ++g) {
    for (std::size_t r = 0; r < count; ++r) {
      const double sum = first[g * count + r];
      inverse[g * count + r] = 1.0 / std::sqrt(square[r] - sum * sum / (days[r] * step));
    }
  }
  for (std::size_t g = 0; g < groups; ++g) {
    product += count;  // the square
    for (std::size_t h = g + 1; h < groups; ++h, product += count, rho += stride) {
      for (std::size_t r = 0; r < count; ++r) {
        const double covariance = product[r] - first[g * count + r] * first[h * count + r] / (days[r] * step);
        rho[r] = covariance * inverse[g * count + r] * inverse[h * count + r];
      }
    }
  }
}

// A replicate with fewer days of a cell is not used there.
double least_days(const task& t, std::size_t c) {
  const auto days = std::count(t.cell.begin(), t.cell.end(), static_cast<std::int32_t>(c));
  return std::min(10.0, static_cast<double>(days) / 2.0);
}

// The interval of the values whose replicate has `least` days or more.
percentile_interval interval_of(const double* rho, const double* days, double least, std::size_t replicates,
                                std::vector<double>& used, std::vector<double>& memory) {
  used.resize(replicates);
  std::size_t count = 0;
  for (std::size_t r = 0; r < replicates; ++r) {
    used[count] = rho[r];
    count += static_cast<std::size_t>(days[r] >= least);
  }
  return percentile_interval_of(used.data(), count, memory);
}

std::vector<percentile_interval> intervals_of(const task& t, backend& on) {
  constexpr std::size_t at_a_time = 1024;
  const double step = std::exp2(53 - std::ceil(std::log2(static_cast<double>(t.days) + 1)) - 1);
  const std::vector<double> columns = fixed_point_columns(t);
  const std::vector<std::uint32_t> longer = block_length_thresholds(static_cast<double>(t.block), t.days);
  std::vector<double> rho(t.cells * t.pairs() * t.replicates);
  std::vector<double> days(t.cells * t.replicates);
  std::vector<double> sums(t.cells * t.columns() * at_a_time);
  for (std::size_t done = 0; done < t.replicates; done += at_a_time) {
    const std::size_t count = std::min(at_a_time, t.replicates - done);
    on.day_bootstrap({t.seed, 0, longer.data(), longer.size()},
                     {t.days, t.cell.data(), t.cells, columns.data(), t.columns()}, {done, count},
                     {sums.data()});
    oneapi::tbb::parallel_for(std::size_t{0}, t.cells, [&](std::size_t c) {
      std::vector<double> inverse(t.groups * count);
      const double* of_cell = sums.data() + c * t.columns() * count;
      std::copy_n(of_cell, count, days.data() + c * t.replicates + done);
      correlate(of_cell, count, t.groups, step, rho.data() + c * t.pairs() * t.replicates + done,
                t.replicates, inverse.data());
    });
  }
  std::vector<percentile_interval> intervals(t.cells * t.pairs());
  const oneapi::tbb::blocked_range<std::size_t> all(0, intervals.size());
  oneapi::tbb::parallel_for(all, [&](const auto& some) {
    std::vector<double> used, memory;
    for (std::size_t i = some.begin(); i < some.end(); ++i) {
      const std::size_t c = i / t.pairs();
      intervals[i] = interval_of(rho.data() + i * t.replicates, days.data() + c * t.replicates,
                                 least_days(t, c), t.replicates, used, memory);
    }
  });
  return intervals;
}

void serve(const task& t) {
  const chosen_backend chosen = choose_backend("auto");
  const provenance p = program_provenance();
  const nlohmann::json about = {
      {"device", chosen.body->device()}, {"commit", p.commit}, {"compiler", p.compiler}, {"flags", p.flags}};
  std::cout << about.dump() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const std::clock_t cpu = std::clock();
    const auto start = std::chrono::steady_clock::now();
    const std::vector<percentile_interval> intervals = intervals_of(t, *chosen.body);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    nlohmann::json said = {{"seconds", seconds.count()},
                           {"cpu", static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC}};
    if (line == "intervals") {
      for (const percentile_interval& one : intervals) said["intervals"].push_back({one.low, one.high});
    }
    std::cout << said.dump() << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  return topheavy::bench::serve_arguments(argc, argv, 7,
                                          "bootstrap_intervals FILE DAYS GROUPS CELLS REPLICATES BLOCK SEED",
                                          [](char** arguments) { serve(read_task(arguments)); });
}
