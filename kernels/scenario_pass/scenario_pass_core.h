// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/errors.h"
#include "kernels/scenario_figures/largest.h"
#include "kernels/scenario_figures/path_strip.h"
#include "kernels/scenario_pass/pass_setting.h"
#include "kernels/scenario_paths/path_combine_core.h"
#include "kernels/scenario_paths/path_head_core.h"
#include "kernels/scenario_paths/path_tiles_core.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

// The pass over scenarios as a device runs it: slice after slice, one kernel after the other, nothing of a cell on the host.
//
// Written over a `Place`, where memory is and kernels run: a device (scenario_pass_cuda.cu), or an emulation in the tests
// (tests/backends/host_place.h). It offers
//   buffer<T>                        memory that is not set to anything; data()
//   make<T>(count, label)            such a buffer; throws out_of_device_memory
//   upload, download, fill, wait     all in one sequence, as what follows
//   each(count, work)                work(i) in any order
//   each_warp(count, work)           work(warp, i, memory that the warp shares), floats Work::floats
//   each_block(count, work)          work(block, i, memory that the block shares), bytes Work::bytes, warps Work::warps
//   walk_tiles(walk)                 path_tiles_core.h; tile_units() says of which tiles
//   blocks_together()                blocks of each_block that run at a time
//   recipe, make_plans; figures; correlations   what scenario_plan and scenario_figures do there
//   selection                        the places of flags that are set, ascending
//   staging                          memory of the host that copies reach while the place works on
//   begin(part)                      what follows is this part's time
namespace topheavy {

enum class pass_part { plans, head, pack, tiles, combine, mending, figures, correlations, copy, nothing };
inline constexpr std::size_t pass_parts = static_cast<std::size_t>(pass_part::nothing);

namespace pass_work {

struct gather {
  path_gather job;
  TOPHEAVY_HD void operator()(std::size_t i) const { gather_cell(job, i); }
};

struct pack {
  path_packing packing;
  path_plan_view plan;
  const float* threshold;
  path_plan_words to;
  TOPHEAVY_HD void operator()(std::size_t i) const { pack_word(packing, plan, threshold, to, i); }
};

struct head {
  warp_head_walk walk;
  head_set at_start;
  static constexpr std::size_t floats = head_slots;
  template <typename Warp>
  TOPHEAVY_HD void operator()(const Warp& warp, std::size_t s, float* line) const {
    walk_head_scenario(warp, walk, at_start, s, line);
  }
};

// The threshold of the last step is that of the end.
struct last_threshold {
  const float* end_threshold;
  float* threshold;
  std::size_t steps;
  TOPHEAVY_HD void operator()(std::size_t s) const { threshold[(s + 1) * steps - 1] = end_threshold[s]; }
};

struct combine {
  path_combination job;
  static constexpr std::size_t bytes = combine_doubles * sizeof(double);
  static constexpr unsigned warps = combine_warps;
  template <typename Block>
  TOPHEAVY_HD void operator()(const Block& block, std::size_t i, void* shared) const {
    combine_block(block, job, i, static_cast<double*>(shared));
  }
};

struct end_squares {
  path_combination job;
  const float* tiles;   // [tiles, places]; null: of every step
  const double* every;  // [cells]
  double* to;           // [scenarios]
  TOPHEAVY_HD void operator()(std::size_t s) const {
    to[s] = tiles == nullptr
                ? every[(s + 1) * job.packing.steps - 1]
                : sum_of_end_squares(tiles, job.chunk_tiles, job.chunks, job.packing.places(), s);
  }
};

struct unproven {
  path_proof proof;
  std::uint8_t* flag;
  TOPHEAVY_HD void operator()(std::size_t s) const { flag[s] = proof.is_proven(s) ? 0 : 1; }
};

struct mend {
  path_mending job;
  std::size_t blocks;
  static constexpr std::size_t bytes = sizeof(mending_memory);
  static constexpr unsigned warps = 8;
  template <typename Block>
  TOPHEAVY_HD void operator()(const Block& block, std::size_t i, void* shared) const {
    mend_block(block, job, i, blocks, static_cast<mending_memory*>(shared));
  }
};

struct caps {
  path_cap_walk job;
  TOPHEAVY_HD void operator()(std::size_t i) const { walk_caps_cell(job, i); }
};

// A slot's changes, scenario after scenario; the sums of a bucket stay in registers as long as scenarios are of it.
struct add_changes {
  const float* caps;   // [count, slots]
  const float* start;  // [slots]
  const std::uint32_t* bucket;
  std::size_t count, slots;
  double *sum, *squares;  // [buckets, slots]
  TOPHEAVY_HD void operator()(std::size_t n) const {
    const double before = static_cast<double>(start[n]);
    for (std::size_t s = 0; s < count;) {
      const std::uint32_t of = bucket[s];
      double total = sum[of * slots + n], total_squares = squares[of * slots + n];
      for (; s < count && bucket[s] == of; ++s) {
        const double change = static_cast<double>(caps[s * slots + n]) - before;
        total += change;
        total_squares += change * change;
      }
      sum[of * slots + n] = total;
      squares[of * slots + n] = total_squares;
    }
  }
};

struct watch {
  const float* caps;   // [count, slots]
  const float* start;  // [slots]
  const std::uint32_t* watched;
  std::size_t count, slots, stride;
  double* to;  // [watched, stride]
  TOPHEAVY_HD void operator()(std::size_t i) const {
    const std::size_t w = i / count, s = i % count, n = watched[w];
    to[w * stride + s] = static_cast<double>(caps[s * slots + n]) - static_cast<double>(start[n]);
  }
};

}  // namespace pass_work

// What the memory of a slice depends on.
struct slice_shape {
  std::size_t scenarios = 0;  // at most, whole strips of 32
  std::size_t steps = 0, days = 0, groups = 0;
  at_steps squares = at_steps::none, counts = at_steps::none;

  bool same_but_scenarios(slice_shape other) const {
    other.scenarios = scenarios;
    return other == *this;
  }
  bool operator==(const slice_shape&) const = default;
};

// make(scenarios) for as many of them as there is memory for, halved down to a strip.
template <typename Make>
void make_what_fits(std::size_t scenarios, const Make& make) {
  while (true) {
    try {
      return make(scenarios);
    } catch (const out_of_device_memory&) {
      if (scenarios <= warp_threads) throw;
      scenarios = std::max<std::size_t>(warp_threads, scenarios / 2 / warp_threads * warp_threads);
    }
  }
}

// Columns of a slice, one after the other in one piece of memory, and where they go on the host.
class slice_columns {
 public:
  static std::size_t bytes(std::size_t scenarios, std::size_t groups) {
    return scenarios * ((number_columns + groups) * sizeof(double) + 2);
  }

  // Columns that the request has no figures for stay as they are.
  slice_columns(const figure_columns& host, const figure_request& request, std::size_t scenarios,
                void* memory)
      : most_(scenarios) {
    const std::size_t groups = request.groups.groups;
    auto* number = static_cast<double*>(memory);
    const auto place = [&](double* to, double*& there) {
      if (to == nullptr) return;
      there = number;
      number += scenarios;
      number_.push_back(to);
    };
    place(host.index_return, there_.index_return);
    place(host.max_drawdown, there_.max_drawdown);
    place(host.highest, there_.highest);
    if (request.end_weights) {
      place(host.hhi, there_.hhi);
      for (std::size_t k = 0; k < scenario_top_k.size(); ++k) place(host.top[k], there_.top[k]);
      if (request.daily_hhi) place(host.max_hhi, there_.max_hhi);
      if (request.daily_top_10) place(host.max_top_10, there_.max_top_10);
    }
    place(host.max_volatility, there_.max_volatility);
    there_.stride = scenarios;
    if (host.group_return != nullptr && groups > 0) {
      there_.group_return = number;
      for (std::size_t g = 0; g < groups; ++g) number_.push_back(host.group_return + g * host.stride);
      number += groups * scenarios;
    }
    auto* byte = reinterpret_cast<std::uint8_t*>(number);
    const auto place_byte = [&](std::uint8_t* to, std::uint8_t*& there) {
      if (to == nullptr) return;
      there = byte;
      byte += scenarios;
      byte_.push_back(to);
    };
    place_byte(host.start_regime, there_.start_regime);
    place_byte(host.end_regime, there_.end_regime);
    used_ = static_cast<std::size_t>(byte - static_cast<std::uint8_t*>(memory));
  }

  const figure_columns& there() const { return there_; }
  std::size_t used() const { return used_; }  // bytes

  // Rows at .. at + count - 1 of the host's columns, from a copy of the memory.
  void take(const void* copy, std::size_t at, std::size_t count) const {
    const auto* number = static_cast<const double*>(copy);
    for (double* to : number_) {
      std::copy_n(number, count, to + at);
      number += most_;
    }
    const auto* byte = reinterpret_cast<const std::uint8_t*>(number);
    for (std::uint8_t* to : byte_) {
      std::copy_n(byte, count, to + at);
      byte += most_;
    }
  }

 private:
  static constexpr std::size_t number_columns = 7 + scenario_top_k.size();
  std::size_t most_;
  figure_columns there_;
  std::vector<double*> number_;
  std::vector<std::uint8_t*> byte_;
  std::size_t used_ = 0;
};

template <typename Place>
class placed_pass {
 public:
  // Reads the universe, keeps nothing of it. The place outlives this. At most cells_at_a_time scenarios times steps are
  // walked together, though at least 32 scenarios.
  placed_pass(Place& place, const path_universe& universe, std::size_t cells_at_a_time)
      : place_(place),
        cells_at_a_time_(cells_at_a_time),
        rows_(universe.rows),
        slots_(universe.layout->slots()),
        class_start_(class_sums_at_start(universe)),
        tiles_(make_path_tiles(*universe.layout, place.tile_units())),
        slot_of_cell_(uploaded(tiles_.slot_of_cell, "slots of tiles")),
        shape_(uploaded(tiles_.shape, "shapes of tiles")),
        chunk_tiles_(uploaded(tiles_.chunk_tiles, "tiles of chunks")),
        class_chunks_(uploaded(tiles_.class_chunks, "chunks of classes")),
        slot_start_(place.template make<float>(slots_, "start caps")),
        start_(place.template make<float>(tiles_.slot_of_cell.size(), "start caps of tiles")),
        ret_(place.template make<float>(tiles_.slot_of_cell.size() * rows_, "returns of tiles")),
        head_start_(place.template make<float>(head_slots, "start caps of the head")),
        head_ret_(place.template make<float>(head_slots * rows_, "returns of the head")) {
    std::vector<std::uint32_t> head;
    find_largest(universe.start, slots_, head_slots, 0.0F, head);
    std::vector<float> head_start(head_slots, 0.0F);
    for (std::size_t i = 0; i < head.size(); ++i) head_start[i] = universe.start[head[i]];
    daily_leaders_ = head_leaders_at_start(head_start.data(), daily_k);
    head.resize(head_slots, no_path_slot);
    const buffer<std::uint32_t> head_slot = uploaded(head, "slots of the head");
    place_.upload(slot_start_.data(), universe.start, slots_);
    place_.upload(head_start_.data(), head_start.data(), head_slots);
    gather(universe.start, 1, slot_of_cell_, tiles_.slot_of_cell.size(), tiles_.cells(), start_);
    gather(universe.ret, rows_, slot_of_cell_, tiles_.slot_of_cell.size(), tiles_.cells(), ret_);
    gather(universe.ret, rows_, head_slot, head_slots, head_slots, head_ret_);
    place_.wait();
  }

  // As path_engine.
  void scenario_pass(const plan_recipe& recipe, const figure_request& request, scenario_range range,
                     const figure_columns& columns) {
    if (range.count == 0) return;
    const pass_setting setting(recipe, request, columns, class_start_);
    const typename Place::recipe there(recipe, place_);
    if (!request.correlated.empty() && !correlations_) correlations_.emplace(request, place_);
    const combine_lists lists = make_combine_lists(setting.groups_of, request.groups.groups);
    const placed_setting at{there.view(),
                            uploaded(setting.day_step, "days of steps"),
                            uploaded(setting.start_group, "groups at the start"),
                            uploaded(lists.part_classes, "parts of sums"),
                            uploaded(lists.of_class, "classes of sums"),
                            uploaded(lists.plane, "groups of classes"),
                            lists.parts()};
    make_room(setting, range.count);
    const std::size_t slices = (range.count + memory_->shape.scenarios - 1) / memory_->shape.scenarios;
    const std::size_t strips = (range.count + warp_threads - 1) / warp_threads;
    const std::size_t each = (strips + slices - 1) / slices * warp_threads;
    struct flight {
      std::size_t at = 0, count = 0;
    };
    std::array<flight, in_flight> flights;
    const auto land = [&](std::size_t i) {
      flight& one = flights[i];
      if (one.count == 0) return;
      memory_->staging[i].wait();
      columns_of(setting, i).take(memory_->staging[i].data(), one.at, one.count);
      one.count = 0;
    };
    for (std::size_t i = 0, done = 0; done < range.count; ++i) {
      const std::size_t count = std::min(each, range.count - done), lane = i % in_flight;
      land(lane);
      const slice_columns to = columns_of(setting, lane);
      run_slice(setting, at, range.first + done, count, to.there());
      place_.begin(pass_part::copy);
      memory_->staging[lane].fetch(memory_->columns[lane].data(), to.used());
      place_.begin(pass_part::nothing);
      flights[lane] = {done, count};
      done += count;
    }
    for (std::size_t i = 0; i < in_flight; ++i) land(i);
    place_.wait();
  }

  void take_correlations(const rho_columns& columns) {
    if (!correlations_) return;
    correlations_->take(columns);
    correlations_.reset();
  }

  void replay(const plan_recipe& recipe, const replay_request& request, const replay_result& result) {
    const std::size_t cells = request.buckets * slots_;
    const typename Place::recipe there(recipe, place_);
    const auto scenario = uploaded(request.scenario, request.count, "scenarios to replay");
    const auto bucket = uploaded(request.bucket, request.count, "buckets of scenarios");
    const auto watched = uploaded(request.watched, request.watched_count, "slots to watch");
    const auto sum = place_.template make<double>(cells, "changes of buckets");
    const auto squares = place_.template make<double>(cells, "squares of changes");
    const auto changes =
        place_.template make<double>(request.watched_count * request.count, "changes to watch");
    place_.fill(sum.data(), cells * sizeof(double), 0);
    place_.fill(squares.data(), cells * sizeof(double), 0);
    const std::size_t fit = replayed_caps / std::max<std::size_t>(slots_, 1);
    const std::size_t most = std::min(request.count, std::max<std::size_t>(warp_threads, fit));
    make_what_fits(most, [&](std::size_t at_once) {
      if (at_once == 0) return;
      const auto row = place_.template make<std::uint32_t>(at_once * recipe.steps, "replayed rows");
      const auto scale = place_.template make<float>(at_once * recipe.steps, "replayed scales");
      const auto caps = place_.template make<float>(at_once * slots_, "replayed caps");
      for (std::size_t done = 0; done < request.count; done += at_once) {
        if (request.between != nullptr) (*request.between)();
        const std::size_t count = std::min(at_once, request.count - done);
        place_.make_plans(there.view(), scenario.data() + done, 0, count,
                          {row.data(), scale.data(), nullptr, nullptr});
        place_.each(count * tiles_.slot_of_cell.size(),
                    pass_work::caps{{ret_.data(),
                                     start_.data(),
                                     slot_of_cell_.data(),
                                     tiles_.tiles(),
                                     rows_,
                                     tiles_.cells(),
                                     slots_,
                                     {row.data(), scale.data(), count, recipe.steps},
                                     false,
                                     caps.data()}});
        place_.each(slots_, pass_work::add_changes{caps.data(), slot_start_.data(), bucket.data() + done,
                                                   count, slots_, sum.data(), squares.data()});
        place_.each(request.watched_count * count,
                    pass_work::watch{caps.data(), slot_start_.data(), watched.data(), count, slots_,
                                     request.count, changes.data() + done});
        place_
            .wait();  // so that `between` is called while scenarios are walked, not while they are dealt out
      }
    });
    place_.download(result.sum, sum.data(), cells);
    place_.download(result.squares, squares.data(), cells);
    place_.download(result.watched, changes.data(), request.watched_count * request.count);
    place_.wait();
  }

 private:
  template <typename T>
  using buffer = typename Place::template buffer<T>;

  static constexpr std::size_t in_flight = 2;                          // slices
  static constexpr std::size_t replayed_caps = std::size_t{1} << 26;   // held at a time
  static constexpr std::size_t mended_caps = std::size_t{1} << 26;     // likewise
  static constexpr std::size_t staged_returns = std::size_t{1} << 24;  // likewise

  struct placed_setting {
    plan_recipe recipe;
    buffer<std::uint32_t> day_step;
    buffer<double> start_group;
    buffer<std::uint32_t> part_classes;
    buffer<combine_class> of_class;
    buffer<std::uint32_t> plane;
    std::size_t parts;
  };

  // Of one slice at a time; but of columns, which are fetched while the next slice is walked.
  struct slice_memory {
    slice_memory(Place& place, const slice_shape& s, std::size_t tiles, std::size_t slots)
        : shape(s),
          packing{s.scenarios, s.steps},
          mending_blocks(std::clamp<std::size_t>(mended_caps / std::max<std::size_t>(slots, 1), 1,
                                                 place.blocks_together())),
          row(place.template make<std::uint32_t>(cells(), "plan rows")),
          scale(place.template make<float>(cells(), "plan scales")),
          regime(place.template make<std::uint8_t>(s.scenarios * s.days, "simulated regimes")),
          max_level(place.template make<double>(s.scenarios, "highest levels")),
          row_words(place.template make<path_row_places>(packing.words(), "words of plan rows")),
          scale_words(place.template make<path_word>(packing.words(), "words of plan scales")),
          sums(place.template make<path_word>(tiles * packing.words(), "sums of tiles")),
          planes(place.template make<double>((1 + s.groups) * cells(), "sums of all and of groups")),
          selection(place, s.scenarios) {
      const bool weights = s.squares != at_steps::none, daily_counts = s.counts == at_steps::every;
      const bool daily_squares = s.squares == at_steps::every;
      const auto if_so = [](bool so, std::size_t many) { return so ? many : 0; };
      square_words = place.template make<path_word>(if_so(daily_squares, tiles * packing.words()),
                                                    "sums of squares of tiles");
      squares = place.template make<double>(if_so(daily_squares, cells()), "sums of squares");
      end_square_parts = place.template make<float>(
          if_so(weights && !daily_squares, tiles * packing.places()), "sums of squares of tiles at the end");
      end_squares = place.template make<double>(if_so(weights, s.scenarios), "sums of squares at the end");
      top = place.template make<double>(if_so(weights, s.scenarios * scenario_top_k.size()),
                                        "sums of the largest at the end");
      end_threshold = place.template make<float>(if_so(weights, packing.places()), "thresholds at the end");
      // Places without a scenario: no cap is at least what is not a number.
      place.fill(end_threshold.data(), if_so(weights, packing.places()) * sizeof(float), 0xff);
      threshold = place.template make<float>(if_so(daily_counts, cells()), "thresholds");
      top_10 = place.template make<double>(if_so(daily_counts, cells()), "sums of the largest");
      limit_words =
          place.template make<path_word>(if_so(daily_counts, packing.words()), "words of thresholds");
      count_size = !weights ? 0 : daily_counts ? packing.words() * path_group_steps : packing.places();
      count = place.template make<std::uint32_t>(count_size, "counts of the largest");
      flag = place.template make<std::uint8_t>(if_so(weights, s.scenarios), "flags of the unproven");
      unproven = place.template make<std::uint32_t>(if_so(weights, s.scenarios), "the unproven");
      unproven_count = place.template make<std::uint32_t>(1, "how many are unproven");
      caps = place.template make<float>(if_so(weights, mending_blocks * slots), "caps of the unproven");
      const std::size_t bytes = slice_columns::bytes(s.scenarios, s.groups);
      for (std::size_t i = 0; i < in_flight; ++i) {
        columns.push_back(place.template make<char>(bytes, "figures of scenarios"));
        place.fill(columns.back().data(), bytes, 0);  // whole columns are fetched, rows of no scenario too
        staging.emplace_back(place, bytes);
      }
    }

    std::size_t cells() const { return shape.scenarios * shape.steps; }

    slice_shape shape;
    path_packing packing;
    std::size_t mending_blocks, count_size = 0;
    buffer<std::uint32_t> row;
    buffer<float> scale;
    buffer<std::uint8_t> regime;
    buffer<double> max_level;
    buffer<path_row_places> row_words;
    buffer<path_word> scale_words, sums;
    buffer<double> planes;
    typename Place::selection selection;
    buffer<path_word> square_words, limit_words;
    buffer<float> end_square_parts, end_threshold, threshold, caps;
    buffer<double> squares, end_squares, top, top_10;
    buffer<std::uint32_t> count, unproven, unproven_count;
    buffer<std::uint8_t> flag;
    std::vector<buffer<char>> columns;
    std::vector<typename Place::staging> staging;
  };

  template <typename T>
  buffer<T> uploaded(const T* host, std::size_t count, const char* label) const {
    buffer<T> there = place_.template make<T>(count, label);
    place_.upload(there.data(), host, count);
    return there;
  }
  template <typename T>
  buffer<T> uploaded(const std::vector<T>& host, const char* label) const {
    return uploaded(host.data(), host.size(), label);
  }

  // rows of ret [rows, slots] into [tiles, rows, cells], some rows at a time.
  void gather(const float* from, std::size_t rows, const buffer<std::uint32_t>& slot_of_cell,
              std::size_t all_cells, std::size_t cells, const buffer<float>& to) const {
    if (all_cells == 0) return;
    const std::size_t most =
        std::clamp<std::size_t>(staged_returns / std::max<std::size_t>(slots_, 1), 1, rows);
    const auto stage = place_.template make<float>(most * slots_, "returns on their way");
    for (std::size_t first = 0; first < rows; first += most) {
      const std::size_t some = std::min(most, rows - first);
      place_.upload(stage.data(), from + first * slots_, some * slots_);
      place_.each(all_cells * some, pass_work::gather{{stage.data(), slots_, slot_of_cell.data(), cells,
                                                       first, some, rows, to.data()}});
    }
  }

  static slice_shape shape_of(const pass_setting& setting, std::size_t scenarios) {
    const figure_request& request = setting.request;
    slice_shape shape{scenarios,      setting.recipe.steps, setting.recipe.days, request.groups.groups,
                      at_steps::none, at_steps::none};
    if (request.end_weights) {
      shape.squares = request.daily_hhi ? at_steps::every : at_steps::last;
      shape.counts = request.daily_top_10 ? at_steps::every : at_steps::last;
    }
    return shape;
  }

  // Memory is kept from pass to pass, unless it is too little or another kind.
  void make_room(const pass_setting& setting, std::size_t scenarios) {
    const std::size_t fit = cells_at_a_time_ / setting.recipe.steps / warp_threads * warp_threads;
    const std::size_t wanted = std::min((scenarios + warp_threads - 1) / warp_threads * warp_threads,
                                        std::max<std::size_t>(warp_threads, fit));
    const slice_shape shape = shape_of(setting, wanted);
    if (memory_ && memory_->shape.same_but_scenarios(shape) && wanted_ >= wanted) return;
    memory_.reset();
    wanted_ = wanted;
    make_what_fits(wanted, [&](std::size_t some) {
      slice_shape smaller = shape;
      smaller.scenarios = some;
      memory_.emplace(place_, smaller, tiles_.tiles(), slots_);
    });
  }

  slice_columns columns_of(const pass_setting& setting, std::size_t lane) const {
    return slice_columns(setting.columns, setting.request, memory_->shape.scenarios,
                         memory_->columns[lane].data());
  }

  // Scenarios first .. first + count - 1.
  void run_slice(const pass_setting& setting, const placed_setting& at, std::uint64_t first,
                 std::size_t count, const figure_columns& columns) {
    const slice_memory& m = *memory_;
    const slice_shape& shape = m.shape;
    const std::size_t steps = shape.steps, cells = count * steps;
    const path_packing packing{count, steps};
    const path_plan_view plan{m.row.data(), m.scale.data(), count, steps};
    const bool weights = shape.squares != at_steps::none;
    const bool daily_counts = shape.counts == at_steps::every,
               daily_squares = shape.squares == at_steps::every;

    place_.begin(pass_part::plans);
    place_.make_plans(at.recipe, nullptr, first, count,
                      {m.row.data(), m.scale.data(), m.regime.data(), m.max_level.data()});
    if (weights) {
      place_.begin(pass_part::head);
      walk_head(plan, daily_counts);
    }

    place_.begin(pass_part::pack);
    place_.each(packing.words(),
                pass_work::pack{packing,
                                plan,
                                daily_counts ? m.threshold.data() : nullptr,
                                {static_cast<std::uint32_t>(tiles_.cells() * sizeof(float)),
                                 m.row_words.data(), m.scale_words.data(), m.limit_words.data()}});
    place_.fill(m.count.data(), m.count_size * sizeof(std::uint32_t), 0);

    place_.begin(pass_part::tiles);
    path_tile_walk walk;
    walk.ret = reinterpret_cast<const path_word*>(ret_.data());
    walk.start = reinterpret_cast<const path_word*>(start_.data());
    walk.shape = shape_.data();
    walk.tiles = tiles_.tiles();
    walk.rows = rows_;
    walk.packing = packing;
    walk.row_at = m.row_words.data();
    walk.scale = m.scale_words.data();
    walk.sums = m.sums.data();
    path_proof proof{packing, nullptr, nullptr, daily_k, most_k};
    if (weights) {
      if (daily_squares) {
        walk.squares = m.square_words.data();
      } else {
        walk.end_squares = m.end_square_parts.data();
      }
      if (daily_counts) {
        walk.threshold = m.limit_words.data();
        proof.count = walk.count = m.count.data();
      } else {
        walk.end_threshold = m.end_threshold.data();
        proof.end_count = walk.end_count = m.count.data();
      }
    }
    place_.walk_tiles(walk);

    place_.begin(pass_part::combine);
    const path_combination combination{m.sums.data(),
                                       daily_squares ? m.square_words.data() : nullptr,
                                       chunk_tiles_.data(),
                                       class_chunks_.data(),
                                       static_cast<std::uint32_t>(tiles_.chunk_tiles.size() - 1),
                                       at.part_classes.data(),
                                       at.of_class.data(),
                                       at.plane.data(),
                                       at.parts,
                                       1 + shape.groups,
                                       packing,
                                       m.planes.data(),
                                       m.squares.data()};
    place_.each_block(combination.blocks(), pass_work::combine{combination});
    if (weights) {
      place_.each(count,
                  pass_work::end_squares{combination, daily_squares ? nullptr : m.end_square_parts.data(),
                                         m.squares.data(), m.end_squares.data()});
      place_.begin(pass_part::mending);
      if (slots_ > head_slots) mend(proof, plan, daily_counts);
    }

    place_.begin(pass_part::figures);
    path_strip strip;
    strip.scenarios = count;
    strip.steps = steps;
    strip.day_step = at.day_step.data();
    strip.days = setting.day_step.size();
    strip.start_total = setting.start_total;
    strip.start_group = at.start_group.data();
    strip.total = m.planes.data();
    strip.group = m.planes.data() + cells;
    strip.stride = cells;
    strip.regime = m.regime.data();
    strip.max_level = m.max_level.data();
    if (weights) {
      strip.end_squares = m.end_squares.data();
      strip.top = m.top.data();
      strip.squares = daily_squares ? m.squares.data() : nullptr;
      strip.top_10 = daily_counts ? m.top_10.data() : nullptr;
    }
    place_.figures(strip, shape.groups, columns);
    if (!setting.request.correlated.empty()) {
      place_.begin(pass_part::correlations);
      correlations_->add(strip);
    }
  }

  static head_tops tops() {
    head_tops tops{};
    for (const std::size_t k : scenario_top_k) tops.k[tops.count++] = static_cast<std::uint32_t>(k);
    return tops;
  }

  // What the head says of the largest caps, and the thresholds by which the tiles prove it.
  void walk_head(const path_plan_view& plan, bool daily) const {
    const slice_memory& m = *memory_;
    warp_head_walk walk;
    walk.ret = head_ret_.data();
    walk.start = head_start_.data();
    walk.plan = plan;
    walk.tops = tops();
    walk.top_sum = m.top.data();
    walk.end_threshold = m.end_threshold.data();
    if (daily) {
      walk.daily_k = daily_k;
      walk.threshold = m.threshold.data();
      walk.sum = m.top_10.data();
    }
    place_.each_warp(plan.scenarios, pass_work::head{walk, daily_leaders_});
    if (!daily) return;
    place_.each(plan.scenarios,
                pass_work::last_threshold{m.end_threshold.data(), m.threshold.data(), plan.steps});
  }

  // The unproven are walked again, and the largest sought among all.
  void mend(const path_proof& proof, const path_plan_view& plan, bool daily) {
    slice_memory& m = *memory_;
    place_.each(plan.scenarios, pass_work::unproven{proof, m.flag.data()});
    m.selection.select(m.flag.data(), plan.scenarios, m.unproven.data(), m.unproven_count.data());
    place_.each_block(
        m.mending_blocks,
        pass_work::mend{{proof, m.unproven.data(), m.unproven_count.data(), ret_.data(), start_.data(),
                         slot_of_cell_.data(), tiles_.tiles(), rows_, tiles_.cells(), slots_, plan, tops(),
                         place_of_top_10, m.top.data(), daily ? m.top_10.data() : nullptr, m.caps.data()},
                        m.mending_blocks});
  }

  Place& place_;
  std::size_t cells_at_a_time_, rows_, slots_;
  std::vector<double> class_start_;
  device_tile_layout tiles_;
  buffer<std::uint32_t> slot_of_cell_;
  buffer<path_tile_shape> shape_;
  buffer<std::uint32_t> chunk_tiles_, class_chunks_;
  buffer<float> slot_start_, start_, ret_;  // [slots], [tiles, cells], [tiles, rows, cells]
  buffer<float> head_start_, head_ret_;     // [128], [rows, 128]
  head_set daily_leaders_{};
  std::optional<typename Place::correlations> correlations_;
  std::optional<slice_memory> memory_;
  std::size_t wanted_ = 0;  // scenarios that the memory was asked to hold; fewer where they did not fit
};

}  // namespace topheavy
