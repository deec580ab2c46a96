// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/day_bootstrap/day_bootstrap_cpu.h"

#include "kernels/day_bootstrap/day_bootstrap_core.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

namespace topheavy {
namespace {

[[noreturn]] void refuse(const std::string& complaint) {
  throw std::invalid_argument("day_bootstrap: " + complaint);
}

void check_days(const bootstrap_days& days) {
  if (days.days >= (std::size_t{1} << 31)) refuse(std::to_string(days.days) + " days; fewer than 2^31");
  for (std::size_t t = 0; t < days.days; ++t) {
    const std::int32_t cell = days.cell[t];
    if (cell < -1 || (cell >= 0 && static_cast<std::size_t>(cell) >= days.cells)) {
      refuse("day " + std::to_string(t) + ": cell " + std::to_string(cell) + " of " +
             std::to_string(days.cells));
    }
    if (cell == -1) continue;
    for (std::size_t p = 0; p < days.column_count; ++p) {
      const double x = days.columns[t * days.column_count + p];
      // Days are below 2^31, so a product that rounds is far beyond the bound; NaN is not within it.
      if (std::fabs(x) * static_cast<double>(days.days) < 0x1p53 &&
          static_cast<double>(static_cast<std::int64_t>(x)) == x) {
        continue;
      }
      refuse("day " + std::to_string(t) + ", column " + std::to_string(p) + ": " + std::to_string(x) +
             "; whole numbers below 2^53 / " + std::to_string(days.days) + " days");
    }
  }
}

// Replicates that stand side by side in a tile, and columns that are multiplied with them at a time: their sums
// are 16 of the 32 registers of AVX-512.
constexpr std::size_t lanes = 16;
constexpr std::size_t panel_columns = 8;

// Blocks of a replicate whose random words are made at a time, in vectors.
constexpr std::size_t block_batch = 32;

// days_after_first() with a start: by the first 10 bits of a word, how many thresholds are above all words that begin
// with them. From there few are left to look at.
class length_table {
 public:
  explicit length_table(const bootstrap_draws& draws) : draws_(draws) {
    for (std::uint32_t k = 0; k < start_.size(); ++k) {
      const std::uint32_t last = (k << shift) | ((1u << shift) - 1);
      start_[k] = days_after_first(draws.longer, draws.longer_count, last);
    }
  }
  std::uint32_t days_after_first_of(std::uint32_t word) const {
    std::size_t after = start_[word >> shift];
    while (after < draws_.longer_count && word < draws_.longer[after]) ++after;
    return static_cast<std::uint32_t>(after);
  }

 private:
  static constexpr std::uint32_t shift = 22;
  bootstrap_draws draws_;
  std::array<std::uint32_t, 1u << (32 - shift)> start_;
};

// What all replicates share. Days stand in the order of their cells, so that a cell's are together.
struct ordered_days {
  explicit ordered_days(const bootstrap_days& days)
      : cells(days),
        rows(cells.members.size()),
        row(days.days, rows),
        panels((days.column_count + panel_columns - 1) / panel_columns),
        columns(panels * rows * panel_columns, 0.0) {
    for (std::size_t i = 0; i < rows; ++i) {
      const auto t = static_cast<std::size_t>(cells.members[i]);
      row[t] = i;
      for (std::size_t p = 0; p < days.column_count; ++p) {
        columns[(p / panel_columns * rows + i) * panel_columns + p % panel_columns] =
            days.columns[t * days.column_count + p];
      }
    }
  }

  days_of_cells cells;
  std::size_t rows;
  std::vector<std::size_t> row;  // [T] of a day in that order; a row after all for a day without a cell
  std::size_t panels;
  std::vector<double> columns;  // [panels, rows, panel_columns], zeros where columns end
};

// Memory of one thread, replicates side by side.
struct tile_memory {
  tile_memory(std::size_t days, std::size_t rows) : change(days * lanes, 0), count((rows + 1) * lanes) {}
  std::vector<std::int32_t> change;  // [T, lanes] of the counts from the day before; zeros between tiles
  std::vector<double> count;         // [rows + 1, lanes]
};

struct block_words {
  std::uint32_t start[block_batch];
  std::uint32_t length_word[block_batch];
};

TOPHEAVY_EXACT_CLONES void draw_words(const bootstrap_draws& draws, std::uint32_t days,
                                      std::uint64_t replicate, std::uint32_t first, block_words& words) {
  for (std::uint32_t i = 0; i < block_batch; ++i) {
    const random_block drawn = random_words(draws.seed, replicate, first + i, draws.stream);
    words.start[i] = integer_below(days, drawn.word[0]);
    words.length_word[i] = drawn.word[1];
  }
}

// draw_replicate() into one lane.
void draw_lane(const bootstrap_draws& draws, const length_table& lengths, std::uint32_t days,
               std::uint64_t replicate, std::int32_t* change) {
  block_words words;
  std::uint32_t left = days;
  for (std::uint32_t j = 0; left > 0; ++j) {
    if (j % block_batch == 0) draw_words(draws, days, replicate, j, words);
    const std::uint32_t i = j % block_batch;
    const std::uint32_t after = lengths.days_after_first_of(words.length_word[i]);
    const std::uint32_t length = after < left ? 1 + after : left;
    add_block(days, words.start[i], length,
              [&](std::uint32_t t, std::int32_t by) { change[t * lanes] += by; });
    left -= length;
  }
}

TOPHEAVY_EXACT_CLONES void count_days(const std::size_t* row, std::size_t days, std::int32_t* change,
                                      double* count) {
  std::int32_t now[lanes] = {};
  for (std::size_t t = 0; t < days; ++t) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      now[lane] += change[t * lanes + lane];
      change[t * lanes + lane] = 0;
      count[row[t] * lanes + lane] = now[lane];
    }
  }
}

// One cell's sums of one panel of columns, [panel_columns, lanes]. Vectors by hand: of plain arrays the compiler keeps
// the sums in memory, which takes six times as long.
TOPHEAVY_EXACT_CLONES void multiply(const double* count, const double* columns, std::size_t rows,
                                    double* sums) {
  using lane_vector __attribute__((vector_size(64), aligned(8))) = double;
  constexpr std::size_t vectors = lanes / 8;
  lane_vector total[panel_columns][vectors] = {};
  for (std::size_t t = 0; t < rows; ++t) {
    lane_vector here[vectors];
    for (std::size_t v = 0; v < vectors; ++v) {
      here[v] = *reinterpret_cast<const lane_vector*>(count + t * lanes + 8 * v);
    }
#pragma GCC unroll 8
    for (std::size_t p = 0; p < panel_columns; ++p) {
      for (std::size_t v = 0; v < vectors; ++v) total[p][v] += columns[t * panel_columns + p] * here[v];
    }
  }
  std::memcpy(sums, total, sizeof total);
}

void multiply_tile(const bootstrap_days& days, const ordered_days& ordered, const double* count,
                   std::size_t used, double* result, std::size_t stride) {
  double sums[panel_columns * lanes];
  for (std::size_t panel = 0; panel < ordered.panels; ++panel) {
    const std::size_t end = std::min(days.column_count, (panel + 1) * panel_columns);
    for (std::size_t c = 0; c < days.cells; ++c) {
      const auto first = static_cast<std::size_t>(ordered.cells.offsets[c]);
      const auto rows = static_cast<std::size_t>(ordered.cells.offsets[c + 1]) - first;
      multiply(count + first * lanes, ordered.columns.data() + (panel * ordered.rows + first) * panel_columns,
               rows, sums);
      for (std::size_t p = panel * panel_columns; p < end; ++p) {
        std::copy_n(sums + p % panel_columns * lanes, used, result + (c * days.column_count + p) * stride);
      }
    }
  }
}

}  // namespace

void check_day_bootstrap(const bootstrap_draws& draws, const bootstrap_days& days, bootstrap_range range) {
  check_days(days);
  for (std::size_t l = 1; l < draws.longer_count; ++l) {
    if (draws.longer[l] > draws.longer[l - 1]) {
      refuse("more than " + std::to_string(l + 1) + " days have probability " +
             std::to_string(draws.longer[l]) + " / 2^32, more than " + std::to_string(l) + " days " +
             std::to_string(draws.longer[l - 1]) + "; they descend");
    }
  }
  if (range.count > 0 && range.first > std::numeric_limits<std::uint64_t>::max() - (range.count - 1)) {
    refuse(std::to_string(range.count) + " replicates from " + std::to_string(range.first) +
           " on; their numbers end at 2^64");
  }
}

days_of_cells::days_of_cells(const bootstrap_days& days) : offsets(days.cells + 1, 0) {
  for (std::size_t t = 0; t < days.days; ++t) {
    if (days.cell[t] >= 0) ++offsets[static_cast<std::size_t>(days.cell[t]) + 1];
  }
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
  members.resize(static_cast<std::size_t>(offsets.back()));
  std::vector<std::int32_t> next(offsets.begin(), offsets.end() - 1);
  for (std::size_t t = 0; t < days.days; ++t) {
    if (days.cell[t] < 0) continue;
    const auto place = next[static_cast<std::size_t>(days.cell[t])]++;
    members[static_cast<std::size_t>(place)] = static_cast<std::int32_t>(t);
  }
}

void day_bootstrap_cpu(const bootstrap_draws& draws, const bootstrap_days& days, bootstrap_range range,
                       bootstrap_result result) {
  check_day_bootstrap(draws, days, range);
  if (days.days == 0 || range.count == 0) {
    std::fill_n(result.sums, days.cells * days.column_count * range.count, 0.0);
    return;
  }
  const ordered_days ordered(days);
  const length_table lengths(draws);
  const auto day_count = static_cast<std::uint32_t>(days.days);
  const std::size_t tiles = (range.count + lanes - 1) / lanes;
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, tiles), [&](const auto& some) {
    tile_memory memory(days.days, ordered.rows);
    for (std::size_t tile = some.begin(); tile < some.end(); ++tile) {
      const std::size_t first = tile * lanes;
      const std::size_t used = std::min(lanes, range.count - first);
      for (std::size_t lane = 0; lane < used; ++lane) {
        draw_lane(draws, lengths, day_count, range.first + first + lane, memory.change.data() + lane);
      }
      count_days(ordered.row.data(), days.days, memory.change.data(), memory.count.data());
      multiply_tile(days, ordered, memory.count.data(), used, result.sums + first, range.count);
    }
  });
}

}  // namespace topheavy
