// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
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

// What the launchers of path_tiles_cuda.cu do, on the host.
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

  path_answers walk(const std::vector<float>& threshold, bool squares, bool streamed, std::size_t blocks,
                    const std::vector<std::size_t>& warps, unsigned threads) const {
    const path_packing packing{paths_.scenarios, paths_.steps};
    const std::size_t words = packing.words(), cells = paths_.scenarios * paths_.steps;
    std::vector<path_row_places> row(words);
    std::vector<path_word> scale(words), limit(words);
    const bool counts = !threshold.empty();
    for (std::size_t i = 0; i < words; ++i) {
      pack_word(packing, paths_.plan(), counts ? threshold.data() : nullptr,
                {tiles_.units * 64, row.data(), scale.data(), limit.data()}, i);
    }
    const path_word rubbish{{-1.0F, -1.0F, -1.0F, -1.0F}};
    std::vector<path_word> sums(tiles_.tiles() * words, rubbish), square_sums = sums;
    std::vector<std::uint32_t> count(words * path_group_steps, 0);
    const path_tile_walk job{ret_.data(),
                             start_.data(),
                             tiles_.shape.data(),
                             tiles_.tiles(),
                             paths_.rows,
                             packing,
                             row.data(),
                             scale.data(),
                             counts ? limit.data() : nullptr,
                             sums.data(),
                             squares ? square_sums.data() : nullptr,
                             count.data()};
    for (std::size_t block = 0; block < blocks; ++block) {
      const host_block here(warps, threads);
      std::vector<path_word> shared(paths_.rows * tiles_.units * path_unit_words, rubbish);
      run(here, job, squares, streamed, counts, block, blocks, shared.data());
    }
    path_answers answers;
    answers.class_sum.assign(tiles_.classes() * cells, -1.0);
    answers.square_sum.assign(squares ? cells : 0, -1.0);
    answers.count.assign(counts ? cells : 0, 77);
    const path_combination combination{sums.data(),
                                       job.squares,
                                       counts ? count.data() : nullptr,
                                       tiles_.chunk_tiles.data(),
                                       tiles_.class_chunks.data(),
                                       tiles_.classes(),
                                       packing,
                                       answers.class_sum.data(),
                                       answers.square_sum.data(),
                                       answers.count.data()};
    for (std::size_t i = 0; i < words; ++i) combine_word(combination, i);
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

  template <unsigned units, bool squares, bool counts>
  static void run(const host_block& block, const path_tile_walk& job, bool streamed, std::size_t index,
                  std::size_t blocks, path_word* shared) {
    if (streamed) {
      walk_tiles_streamed<units, squares, counts>(block, job, index, blocks);
    } else {
      walk_tiles_block<units, squares, counts>(block, job, index, blocks, shared);
    }
  }
  void run(const host_block& block, const path_tile_walk& job, bool squares, bool streamed, bool counts,
           std::size_t index, std::size_t blocks, path_word* shared) const {
    const auto with = [&](auto of_squares, auto of_counts) {
      if (tiles_.units == 2) {
        run<2, of_squares(), of_counts()>(block, job, streamed, index, blocks, shared);
      } else {
        run<1, of_squares(), of_counts()>(block, job, streamed, index, blocks, shared);
      }
    };
    if (squares) {
      counts ? with(std::true_type{}, std::true_type{}) : with(std::true_type{}, std::false_type{});
    } else {
      counts ? with(std::false_type{}, std::true_type{}) : with(std::false_type{}, std::false_type{});
    }
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

void expect_same(const path_answers& is, const path_answers& should, bool squares, bool counts) {
  EXPECT_TRUE(same_bits(is.class_sum, should.class_sum));
  if (squares) {
    EXPECT_TRUE(same_bits(is.square_sum, should.square_sum));
  }
  if (counts) {
    EXPECT_EQ(is.count, should.count);
  }
}

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
          expect_same(emulated.walk(threshold, true, streamed, 3, {0, 1}, 0), should, true, true);
        }
      }
    }
  }
}

TEST(path_tiles, what_is_not_asked_for_changes_nothing_else) {
  const made_up_paths paths = make_paths({20, 61, 113}, 19, 35, 7);
  const std::vector<float> threshold = thresholds_for(paths);
  const path_answers should = cpu_paths(best_path_body(), paths, threshold, false);
  for (const unsigned units : {1u, 2u}) {
    const emulated_paths emulated(paths, units);
    for (const bool squares : {false, true}) {
      for (const bool counts : {false, true}) {
        expect_same(emulated.walk(counts ? threshold : std::vector<float>{}, squares, false, 2, {0, 1}, 0),
                    should, squares, counts);
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
            expect_same(emulated.walk(threshold, true, streamed, blocks, order, threads), should, true, true);
          }
        }
      }
    }
  }
}

TEST(path_tiles, every_cpu_body_agrees) {
  const made_up_paths paths = make_paths({130, 40, 9}, 23, 35, 9);
  const std::vector<float> threshold = thresholds_for(paths);
  const path_answers is = emulated_paths(paths, 2).walk(threshold, true, false, 2, {0, 1}, 0);
  const path_bodies known = known_path_bodies();
  for (std::size_t b = 0; b < known.count; ++b) {
    if (!known.body[b]->runs_here()) continue;
    SCOPED_TRACE(known.body[b]->name);
    expect_same(is, cpu_paths(*known.body[b], paths, threshold, false), true, true);
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

head_answers emulated_head(const made_up_paths& paths, const std::vector<std::uint32_t>& head, std::size_t k,
                           unsigned threads) {
  const std::size_t slots = paths.layout.slots(), cells = paths.scenarios * paths.steps;
  const auto start = emulated_paths::gathered(paths.start.data(), 1, head, head_slots, 1, slots);
  const auto ret = emulated_paths::gathered(paths.ret.data(), paths.rows, head, head_slots, 5, slots);
  head_answers is{std::vector<float>(cells), std::vector<double>(cells),
                  std::vector<float>(paths.scenarios * head_slots)};
  const warp_head_walk job{ret.data()->cell,    start.data()->cell, paths.plan(),       k,
                           is.threshold.data(), is.sum.data(),      is.last_caps.data()};
  for (std::size_t s = 0; s < paths.scenarios; ++s) {
    walk_head_scenario(host_warp{threads}, job, head_leaders_at_start(job.start, k), s);
  }
  return is;
}

void expect_head(const made_up_paths& paths, std::size_t k) {
  const std::vector<std::uint32_t> head = head_of(paths, no_path_slot);
  const head_answers should = cpu_head(best_path_body(), paths, head, k);
  for (const unsigned threads : {0u, 31u, 13u}) {
    const head_answers is = emulated_head(paths, head, k, threads);
    EXPECT_TRUE(same_bits(widened(is.threshold), widened(should.threshold))) << "k " << k;
    EXPECT_TRUE(same_bits(is.sum, should.sum)) << "k " << k;
    EXPECT_TRUE(same_bits(widened(is.last_caps), widened(should.last_caps))) << "k " << k;
  }
}

TEST(path_head, has_the_bits_of_the_cpu_bodies) {
  for (const auto& sizes : std::vector<std::vector<std::size_t>>{{40, 300, 7}, {3}, {128}, {50, 60}}) {
    const made_up_paths paths = make_paths(sizes, 29, 9, 63);
    for (const std::size_t k : {1, 5, 10, 50, 127, 128}) expect_head(paths, k);
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
  for (const std::size_t k : {1, 10, 44, 64, 127, 128}) expect_head(paths, k);
}

}  // namespace
}  // namespace topheavy
