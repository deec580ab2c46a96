// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
//
// path_limits DAYS CONSTITUENTS: what this machine allows a path engine at most, all threads, as JSON, in cells a second (a
// cell is a float of a row of returns). For scenarios.py. Built for this machine's processor.
//   arithmetic    the operations of a cell - product and sum fused, the larger of it and 0, product, sum - in registers
//   arithmetic_with_squares   the same, and a square added to a sum of squares
//   random_rows   reading rows of 8 vectors of 16 in the order of a plan, from DAYS such rows: what a tile costs to read
//   last_level    reading rows of CONSTITUENTS in the order of a plan, from DAYS such rows
//   memory        reading more than any cache holds, in order
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <omp.h>
#include <vector>

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include "kernels/scenario_paths/lanes_v4.h"
#define TOPHEAVY_HELD_IN "v"
#elif defined(__AVX2__) && defined(__FMA__)
#include "kernels/scenario_paths/lanes_v3.h"
#define TOPHEAVY_HELD_IN "x"
#else
#include "kernels/scenario_paths/lanes_plain.h"
#define TOPHEAVY_HELD_IN "m"
#endif

namespace {

using topheavy::lanes;
constexpr std::size_t vectors = 8;
constexpr std::size_t floats_of_tile =
    128;  // of a row of a tile: 8 vectors of 16 lanes, however wide those here are

class floats {
 public:
  explicit floats(std::size_t count)
      : data_(static_cast<float*>(::operator new(count * sizeof(float), std::align_val_t{64}))) {
    std::fill_n(data_, count, 1.0F);
  }
  floats(const floats&) = delete;
  floats& operator=(const floats&) = delete;
  ~floats() { ::operator delete(data_, std::align_val_t{64}); }
  const float* data() const { return data_; }

 private:
  float* data_;
};

// The best of several, as limits are; work(): cells done.
template <typename Work>
double rate(Work work) {
  double best = 0.0;
  for (int round = 0; round < 7; ++round) {
    const auto start = std::chrono::steady_clock::now();
    const double cells = work();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, cells / seconds.count());
  }
  return best;
}

// Keeps a value in a register where nothing else would.
inline void hold(lanes::vec& value) { asm volatile("" : "+" TOPHEAVY_HELD_IN(value)); }

inline void read_tile_row(const float* p) {
#pragma GCC unroll 32
  for (std::size_t i = 0; i < floats_of_tile; i += lanes::width) {
    lanes::vec x = lanes::load(p + i);
    hold(x);
  }
}

template <bool squares>
double arithmetic() {
  constexpr long rounds = 3'000'000;
  return rate([] {
#pragma omp parallel
    {
      const lanes::vec one = lanes::all(1.0F), scale = lanes::all(0.5F);
      lanes::vec ret = lanes::all(0.001F);
      lanes::vec cap[vectors], sum[vectors], square[vectors];
      std::fill_n(cap, vectors, one);
      std::fill_n(sum, vectors, one);
      std::fill_n(square, vectors, one);
      for (long i = 0; i < rounds; ++i) {
#pragma GCC unroll 8
        for (std::size_t v = 0; v < vectors; ++v) {
          hold(ret);  // or it would be computed once for all
          cap[v] = lanes::multiply(cap[v], lanes::positive(lanes::fused(scale, ret, one)));
          sum[v] = lanes::add(sum[v], cap[v]);
          if constexpr (squares) square[v] = lanes::fused(cap[v], cap[v], square[v]);
        }
      }
      for (lanes::vec& s : sum) hold(s);
      for (lanes::vec& s : square) hold(s);
    }
    return static_cast<double>(rounds) * static_cast<double>(vectors * lanes::width) * omp_get_max_threads();
  });
}

// Runs of days with new beginnings, as plans have them; offsets of rows.
std::vector<std::uint32_t> plan(std::size_t days, unsigned seed) {
  std::vector<std::uint32_t> row(64 * 63);
  std::uint32_t at = 0;
  for (std::uint32_t& r : row) {
    seed = 1664525 * seed + 1013904223;
    at = seed >> 28 == 0 || at + 1 == days ? static_cast<std::uint32_t>((std::uint64_t{seed} * days) >> 32)
                                           : at + 1;
    r = at;
  }
  return row;
}

// Every thread reads rows of `floats_of_row` floats, a multiple of 128, by its own plan.
double rows(const float* ret, std::size_t days, std::size_t floats_of_row, long rounds) {
  return rate([&] {
#pragma omp parallel
    {
      const std::vector<std::uint32_t> row = plan(days, 1 + static_cast<unsigned>(omp_get_thread_num()));
      for (long round = 0; round < rounds; ++round) {
        for (const std::uint32_t r : row) {
          const float* const p = ret + r * floats_of_row;
          for (std::size_t i = 0; i < floats_of_row; i += floats_of_tile) read_tile_row(p + i);
        }
      }
    }
    return static_cast<double>(rounds) * 64.0 * 63.0 * static_cast<double>(floats_of_row) *
           omp_get_max_threads();
  });
}

double memory() {
  constexpr std::size_t count = std::size_t{128} << 20;
  const floats much(count);
  return rate([&] {
#pragma omp parallel for schedule(static)
    for (std::size_t i = 0; i < count; i += floats_of_tile) read_tile_row(much.data() + i);
    return static_cast<double>(count);
  });
}

}  // namespace

int main(int argc, char** argv) {
  const long days = argc == 3 ? std::atol(argv[1]) : 0, constituents = argc == 3 ? std::atol(argv[2]) : 0;
  if (days < 2 || constituents < 1) {
    std::fprintf(stderr, "usage: path_limits DAYS CONSTITUENTS\n");
    return 2;
  }
  const auto t = static_cast<std::size_t>(days);
  const std::size_t whole = (static_cast<std::size_t>(constituents) + 127) / 128 * 128;
  const floats ret(t * whole);
  const double of_tile = rows(ret.data(), t, floats_of_tile, 200);
  const double of_panel = rows(ret.data(), t, whole, 5);
  std::printf(
      "{\"arithmetic\": %.6g, \"arithmetic_with_squares\": %.6g, \"random_rows\": %.6g, \"last_level\": "
      "%.6g, "
      "\"memory\": %.6g, \"threads\": %d}\n",
      arithmetic<false>(), arithmetic<true>(), of_tile, of_panel, memory(), omp_get_max_threads());
}
