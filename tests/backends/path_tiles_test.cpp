// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_paths/path_combine_core.h"
#include "kernels/scenario_paths/path_head_core.h"
#include "kernels/scenario_paths/path_tiles_core.h"
#include "tests/backends/host_block.h"
#include "tests/support/bit_compare.h"
#include "tests/support/path_reference.h"

#include <set>

// The text of the path engine's CUDA kernels, run on the host: the bits of the CPU bodies, for any tile, any number of
// blocks and warps, and any order of threads.
namespace topheavy {
namespace {

std::vector<double> widened(const std::vector<float>& values) { return {values.begin(), values.end()}; }

// Sums of each class, squares and counts: of every step, or of the last one, the others staying -1 and 77.
class emulated_paths {
 public:
  emulated_paths(const made_up_paths& paths, unsigned units)
      : paths_(paths), tiles_(make_path_tiles(paths.layout, units)) {
    start_ = gathered(paths.start.data(), 1, tiles_.slot_of_cell, tiles_.cells(), 1);
    // In two bites, as a large universe is uploaded.
    ret_ = gathered(paths.ret.data(), paths.rows, tiles_.slot_of_cell, tiles_.cells(),
                    std::max<std::size_t>(1, paths.rows * 2 / 3));
  }

  const device_tile_layout& tiles() const { return tiles_; }

  static std::vector<path_word> gathered(const float* from, std::size_t rows,
                                         const std::vector<std::uint32_t>& slot_of_cell, std::size_t cells,
                                         std::size_t most, std::size_t slots) {
    std::vector<path_word> to(slot_of_cell.size() * rows / 4, path_word{{-1.0F, -1.0F, -1.0F, -1.0F}});
    for (std::size_t first = 0; first < rows; first += most) {
      const std::size_t some = std::min(most, rows - first);
      const path_gather gather{from + first * slots, slots, slot_of_cell.data(), cells, first, some, rows,
                               to.data()->cell};
      for (std::size_t i = 0; i < slot_of_cell.size() * some; ++i) gather_cell(gather, i);
    }
    return to;
  }

  path_answers walk(const std::vector<float>& threshold, at_steps squares, at_steps counts, bool streamed,
                    std::size_t blocks, const std::vector<std::size_t>& warps, unsigned threads) const {
    const path_packing packing{paths_.scenarios, paths_.steps};
    const std::size_t words = packing.words(), cells = paths_.scenarios * paths_.steps;
    std::vector<path_row_places> row(words);
    std::vector<path_word> scale(words), limit(words);
    for (std::size_t i = 0; i < words; ++i) {
      pack_word(packing, paths_.plan(), threshold.data(),
                {tiles_.units * 64, row.data(), scale.data(), limit.data()}, i);
    }
    std::vector<float> end_limit(packing.places(), no_threshold);
    for (std::size_t s = 0; s < paths_.scenarios; ++s) end_limit[s] = threshold[(s + 1) * paths_.steps - 1];
    const path_word rubbish{{-1.0F, -1.0F, -1.0F, -1.0F}};
    std::vector<path_word> sums(tiles_.tiles() * words, rubbish), square_sums = sums;
    std::vector<float> end_squares(tiles_.tiles() * packing.places(), -1.0F);
    std::vector<std::uint32_t> count(words * path_group_steps, 0), end_count(packing.places(), 0);
    path_tile_walk job;
    job.ret = ret_.data();
    job.start = start_.data();
    job.shape = tiles_.shape.data();
    job.tiles = tiles_.tiles();
    job.rows = paths_.rows;
    job.packing = packing;
    job.row_at = row.data();
    job.scale = scale.data();
    job.sums = sums.data();
    if (squares == at_steps::every) job.squares = square_sums.data();
    if (squares == at_steps::last) job.end_squares = end_squares.data();
    if (counts == at_steps::every) {
      job.threshold = limit.data();
      job.count = count.data();
    } else if (counts == at_steps::last) {
      job.end_threshold = end_limit.data();
      job.end_count = end_count.data();
    }
    for (std::size_t block = 0; block < blocks; ++block) {
      const host_block here(warps, threads);
      std::vector<path_word> shared(paths_.rows * tiles_.units * path_unit_words, rubbish);
      run(here, job, streamed, block, blocks, shared.data());
    }
    path_answers answers;
    answers.square_sum.assign(cells, -1.0);
    answers.count.assign(cells, 77);
    std::vector<std::vector<std::size_t>> itself;  // a group a class
    for (std::size_t k = 0; k < tiles_.classes(); ++k) itself.push_back({k});
    const combine_lists lists = make_combine_lists(itself, tiles_.classes());
    std::vector<double> planes((1 + tiles_.classes()) * cells, -1.0);
    const path_combination combination{sums.data(),
                                       job.squares,
                                       tiles_.chunk_tiles.data(),
                                       tiles_.class_chunks.data(),
                                       static_cast<std::uint32_t>(tiles_.chunk_tiles.size() - 1),
                                       lists.part_classes.data(),
                                       lists.of_class.data(),
                                       lists.plane.data(),
                                       lists.parts(),
                                       1 + tiles_.classes(),
                                       packing,
                                       planes.data(),
                                       answers.square_sum.data()};
    std::vector<double> shared(combine_doubles, -1.0);
    for (std::size_t i = 0; i < combination.blocks(); ++i) {
      combine_block(host_block(warps, threads), combination, i, shared.data());
    }
    answers.class_sum.assign(planes.begin() + static_cast<std::ptrdiff_t>(cells), planes.end());
    const path_proof proof{packing, counts == at_steps::every ? count.data() : nullptr, end_count.data(), 0,
                           0};
    for (std::size_t s = 0; s < paths_.scenarios; ++s) {
      for (std::size_t step = 0; step < paths_.steps; ++step) {
        const std::size_t at = s * paths_.steps + step;
        const bool last = step + 1 == paths_.steps;
        if (counts == at_steps::every) answers.count[at] = proof.count_of(s, step);
        if (last && counts == at_steps::last) answers.count[at] = proof.count_of(s, step);
        if (last && squares == at_steps::last) {
          answers.square_sum[at] = sum_of_end_squares(end_squares.data(), tiles_.chunk_tiles.data(),
                                                      combination.chunks, packing.places(), s);
        }
      }
    }
    return answers;
  }

  std::vector<float> walk_caps(bool every_step) const {
    const std::size_t slots = paths_.layout.slots();
    std::vector<float> caps(paths_.scenarios * (every_step ? paths_.steps : 1) * slots, -1.0F);
    const path_cap_walk job{ret_.data()->cell,
                            start_.data()->cell,
                            tiles_.slot_of_cell.data(),
                            tiles_.tiles(),
                            paths_.rows,
                            tiles_.cells(),
                            slots,
                            paths_.plan(),
                            every_step,
                            caps.data()};
    for (std::size_t i = 0; i < paths_.scenarios * tiles_.slot_of_cell.size(); ++i) walk_caps_cell(job, i);
    return caps;
  }

 private:
  std::vector<path_word> gathered(const float* from, std::size_t rows,
                                  const std::vector<std::uint32_t>& slot_of_cell, std::size_t cells,
                                  std::size_t most) const {
    return gathered(from, rows, slot_of_cell, cells, most, paths_.layout.slots());
  }

  template <unsigned units, at_steps squares, at_steps counts>
  static void run_as(const host_block& block, const path_tile_walk& job, bool streamed, std::size_t index,
                     std::size_t blocks, path_word* shared) {
    if (streamed) {
      walk_tiles_streamed<units, squares, counts>(block, job, index, blocks);
    } else {
      walk_tiles_block<units, squares, counts>(block, job, index, blocks, shared);
    }
  }
  void run(const host_block& block, const path_tile_walk& job, bool streamed, std::size_t index,
           std::size_t blocks, path_word* shared) const {
    using enum at_steps;
    const auto with = [&](auto squares, auto counts) {
      if (tiles_.units == 2) {
        run_as<2, squares(), counts()>(block, job, streamed, index, blocks, shared);
      } else {
        run_as<1, squares(), counts()>(block, job, streamed, index, blocks, shared);
      }
    };
    const std::integral_constant<at_steps, none> no;
    const std::integral_constant<at_steps, last> end;
    const std::integral_constant<at_steps, every> daily;
    const bool daily_counts = job.counts_asked() == every;
    if (job.squares_asked() == none) return with(no, no);
    if (job.squares_asked() == last) return daily_counts ? with(end, daily) : with(end, end);
    daily_counts ? with(daily, daily) : with(daily, end);
  }

  const made_up_paths& paths_;
  device_tile_layout tiles_;
  std::vector<path_word> start_, ret_;
};

// Some cells above and some below, one cap exactly on it.
std::vector<float> thresholds_for(const made_up_paths& paths) {
  std::vector<float> threshold(paths.scenarios * paths.steps);
  for (std::size_t i = 0; i < threshold.size(); ++i) {
    threshold[i] = i % 7 == 3 ? 0.0F : 0x1p15F / static_cast<float>(1 + i % 61);
  }
  return threshold;
}

void expect_same(const path_answers& is, path_answers should, std::size_t steps, at_steps squares,
                 at_steps counts) {
  for (std::size_t i = 0; i < should.count.size(); ++i) {
    const auto asked = [&](at_steps what) {
      return what == at_steps::every || (what == at_steps::last && (i + 1) % steps == 0);
    };
    if (!asked(squares)) should.square_sum[i] = -1.0;
    if (!asked(counts)) should.count[i] = 77;
  }
  EXPECT_TRUE(same_bits(is.class_sum, should.class_sum));
  EXPECT_TRUE(same_bits(is.square_sum, should.square_sum));
  EXPECT_EQ(is.count, should.count);
}

constexpr std::pair<at_steps, at_steps> all_asked[] = {{at_steps::none, at_steps::none},
                                                       {at_steps::last, at_steps::last},
                                                       {at_steps::last, at_steps::every},
                                                       {at_steps::every, at_steps::last},
                                                       {at_steps::every, at_steps::every}};

// Classes of 1 to 8 vectors, of more than one chunk, of none, and one constituent more or less.
const std::vector<std::vector<std::size_t>> all_sizes = {
    {1},  {16},  {17, 0, 33},          {48, 64}, {65, 80, 96},
    {97}, {112}, {113, 127, 128, 129}, {1, 300}, {15, 31, 47, 63, 79, 95, 111, 127}};

TEST(path_tiles, every_slot_stands_once_in_the_tiles) {
  for (const std::vector<std::size_t>& sizes : all_sizes) {
    for (const unsigned units : {1u, 2u}) {
      const path_layout layout = make_path_layout(sizes);
      const device_tile_layout tiles = make_path_tiles(layout, units);
      std::multiset<std::uint32_t> slots(tiles.slot_of_cell.begin(), tiles.slot_of_cell.end());
      slots.erase(no_path_slot);
      EXPECT_EQ(slots.size(), layout.slots());
      EXPECT_EQ(std::set<std::uint32_t>(slots.begin(), slots.end()).size(), layout.slots());
      EXPECT_EQ(tiles.chunk_tiles.back(), tiles.tiles());
      EXPECT_EQ(tiles.slot_of_cell.size(), tiles.tiles() * tiles.cells());
    }
  }
}

TEST(path_tiles, have_the_bits_of_the_cpu_bodies_at_awkward_sizes) {
  for (const std::vector<std::size_t>& sizes : all_sizes) {
    for (const auto& [scenarios, steps] :
         {std::pair<std::size_t, std::size_t>{1, 1}, {33, 6}, {5, 63}, {67, 8}}) {
      const made_up_paths paths = make_paths(sizes, 37, scenarios, steps);
      const std::vector<float> threshold = thresholds_for(paths);
      const path_answers should = cpu_paths(best_path_body(), paths, threshold, false);
      for (const unsigned units : {1u, 2u}) {
        const emulated_paths emulated(paths, units);
        for (const bool streamed : {false, true}) {
          SCOPED_TRACE(testing::Message()
                       << sizes.size() << " classes, the first of " << sizes[0] << ", " << scenarios << " x "
                       << steps << ", units " << units << (streamed ? ", streamed" : ""));
          for (const auto& [squares, counts] : all_asked) {
            expect_same(emulated.walk(threshold, squares, counts, streamed, 3, {0, 1}, 0), should, steps,
                        squares, counts);
          }
        }
      }
    }
  }
}

TEST(path_tiles, blocks_warps_and_the_order_of_threads_change_no_bit) {
  const made_up_paths paths = make_paths({130, 40, 9}, 23, 150, 5);
  const std::vector<float> threshold = thresholds_for(paths);
  const path_answers should = cpu_paths(best_path_body(), paths, threshold, false);
  for (const unsigned units : {1u, 2u}) {
    const emulated_paths emulated(paths, units);
    for (const bool streamed : {false, true}) {
      for (const std::size_t blocks : {1, 2, 7, 100}) {
        for (const std::size_t warps : {1, 3, 16}) {
          for (const auto& order : warp_orders(warps)) {
            SCOPED_TRACE(testing::Message() << "units " << units << (streamed ? ", streamed, " : ", ")
                                            << blocks << " blocks of " << warps << " warps");
            const unsigned threads = static_cast<unsigned>(order[0] * 5 + blocks) % warp_threads;
            for (const at_steps asked : {at_steps::last, at_steps::every}) {
              expect_same(emulated.walk(threshold, asked, asked, streamed, blocks, order, threads), should, 5,
                          asked, asked);
            }
          }
        }
      }
    }
  }
}

TEST(path_tiles, every_cpu_body_agrees) {
  const made_up_paths paths = make_paths({130, 40, 9}, 23, 35, 9);
  const std::vector<float> threshold = thresholds_for(paths);
  const at_steps every = at_steps::every;
  const path_answers is = emulated_paths(paths, 2).walk(threshold, every, every, false, 2, {0, 1}, 0);
  const path_bodies known = known_path_bodies();
  for (std::size_t b = 0; b < known.count; ++b) {
    if (!known.body[b]->runs_here()) continue;
    SCOPED_TRACE(known.body[b]->name);
    expect_same(is, cpu_paths(*known.body[b], paths, threshold, false), 9, every, every);
  }
}

TEST(path_tiles, caps_of_constituents_are_those_of_the_cpu_bodies) {
  for (const std::vector<std::size_t>& sizes : all_sizes) {
    const made_up_paths paths = make_paths(sizes, 37, 3, 6);
    const std::vector<float> should = cpu_paths(best_path_body(), paths, thresholds_for(paths), true).caps;
    const std::size_t slots = paths.layout.slots();
    std::vector<float> last;
    for (std::size_t s = 0; s < paths.scenarios; ++s) {
      const auto end = should.begin() + static_cast<std::ptrdiff_t>((s + 1) * paths.steps * slots);
      last.insert(last.end(), end - static_cast<std::ptrdiff_t>(slots), end);
    }
    for (const unsigned units : {1u, 2u}) {
      const emulated_paths emulated(paths, units);
      EXPECT_TRUE(same_bits(widened(emulated.walk_caps(true)), widened(should)));
      EXPECT_TRUE(same_bits(widened(emulated.walk_caps(false)), widened(last)));
    }
  }
}

// The largest at the end for each of these.
constexpr std::size_t tops[] = {1, 5, 17, 50, 128};

struct head_results {
  std::vector<float> threshold, end_threshold;
  std::vector<double> sum, top_sum;
};

head_results results_of(const made_up_paths& paths) {
  const std::size_t cells = paths.scenarios * paths.steps;
  return {std::vector<float>(cells, -1.0F), std::vector<float>(paths.scenarios, -1.0F),
          std::vector<double>(cells, -1.0), std::vector<double>(paths.scenarios * std::size(tops), -1.0)};
}

head_results emulated_head(const made_up_paths& paths, const std::vector<std::uint32_t>& head, std::size_t k,
                           unsigned threads) {
  const std::size_t slots = paths.layout.slots();
  const auto start = emulated_paths::gathered(paths.start.data(), 1, head, head_slots, 1, slots);
  const auto ret = emulated_paths::gathered(paths.ret.data(), paths.rows, head, head_slots, 5, slots);
  head_results is = results_of(paths);
  warp_head_walk job;
  job.ret = ret.data()->cell;
  job.start = start.data()->cell;
  job.plan = paths.plan();
  for (const std::size_t top : tops) job.tops.k[job.tops.count++] = static_cast<std::uint32_t>(top);
  job.top_sum = is.top_sum.data();
  job.end_threshold = is.end_threshold.data();
  if (k != 0) {
    job.daily_k = k;
    job.threshold = is.threshold.data();
    job.sum = is.sum.data();
  }
  std::vector<float> line(head_slots, -1.0F);
  for (std::size_t s = 0; s < paths.scenarios; ++s) {
    walk_head_scenario(host_warp{threads}, job, head_leaders_at_start(job.start, k), s, line.data());
  }
  return is;
}

// k: of each step; 0: only at the end.
void expect_head(const made_up_paths& paths, std::size_t k) {
  const std::vector<std::uint32_t> head = head_of(paths, no_path_slot);
  head_results should = results_of(paths);
  const auto start =
      emulated_paths::gathered(paths.start.data(), 1, head, head_slots, 1, paths.layout.slots());
  const auto ret =
      emulated_paths::gathered(paths.ret.data(), paths.rows, head, head_slots, 5, paths.layout.slots());
  aligned_floats start_there(head_slots), ret_there(paths.rows * head_slots);
  std::copy_n(start.data()->cell, head_slots, start_there.data());
  std::copy_n(ret.data()->cell, paths.rows * head_slots, ret_there.data());
  head_walk walk;
  walk.ret = ret_there.data();
  walk.start = start_there.data();
  walk.plan = paths.plan();
  walk.top = {tops, std::size(tops)};
  walk.top_sum = should.top_sum.data();
  walk.end_threshold = should.end_threshold.data();
  if (k != 0) {
    walk.daily_k = k;
    walk.threshold = should.threshold.data();
    walk.sum = should.sum.data();
  }
  best_path_body().walk_head(walk);
  for (const unsigned threads : {0u, 31u, 13u}) {
    const head_results is = emulated_head(paths, head, k, threads);
    EXPECT_TRUE(same_bits(widened(is.threshold), widened(should.threshold))) << "k " << k;
    EXPECT_TRUE(same_bits(is.sum, should.sum)) << "k " << k;
    EXPECT_TRUE(same_bits(widened(is.end_threshold), widened(should.end_threshold))) << "k " << k;
    EXPECT_TRUE(same_bits(is.top_sum, should.top_sum)) << "k " << k;
  }
}

TEST(path_head, has_the_bits_of_the_cpu_bodies) {
  for (const auto& sizes : std::vector<std::vector<std::size_t>>{{40, 300, 7}, {3}, {128}, {50, 60}}) {
    const made_up_paths paths = make_paths(sizes, 29, 9, 63);
    for (const std::size_t k : {0, 1, 5, 10, 50, 127, 128}) expect_head(paths, k);
  }
}

// Among caps so large that float64 rounds their sum, which of the equal ones are taken shows in the bits.
TEST(path_head, of_equal_caps_the_earlier_slots_lead) {
  made_up_paths paths = make_paths({128}, 29, 5, 21);
  for (std::size_t n = 0; n < head_slots; ++n) {
    paths.start[n] = n % 3 == 0 ? 0x1p40F * (1.0F + paths.start[n] * 0x1p-17F) : 1.2345678F;
    for (std::size_t r = 0; r < paths.rows; ++r) paths.ret[r * head_slots + n] = paths.ret[r * head_slots];
  }
  for (float& scale : paths.scale) scale = 1.0F;
  for (const std::size_t k : {0, 1, 10, 44, 64, 127, 128}) expect_head(paths, k);
}

}  // namespace
}  // namespace topheavy
