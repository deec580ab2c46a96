// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_pass/scenario_pass_cpu.h"

#include "kernels/core/portable.h"
#include "kernels/scenario_figures/largest.h"
#include "kernels/scenario_figures/scenario_figures_cpu.h"
#include "kernels/scenario_pass/pass_setting.h"
#include "kernels/scenario_pass/path_tiles.h"
#include "kernels/scenario_pass/replay_cpu.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

namespace topheavy {
namespace {

// What a thread holds of cells in float64.
constexpr std::size_t bytes_at_once = std::size_t{24} << 20;
constexpr std::size_t bytes_of_all = std::size_t{512} << 20;  // of all threads

// Cells that a thread walks along a tile before it takes the next: fewer, and fetching the tile shows (4 % at 16,384 with a
// universe that no cache holds); more, and so do the sums of cells.
constexpr std::size_t cells_at_once = std::size_t{1} << 17;
constexpr std::size_t cells_added_at_once = std::size_t{1} << 14;

TOPHEAVY_CLONES void add_to(const double* terms, std::size_t count, double* sums) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += terms[i];
}

// sums[i] = or += the sum of the 16 lanes. Sums begin at 0, so the first term may as well be written: caps are >= 0.
enum class into { nothing, sums };

template <into what, typename Term>
TOPHEAVY_INLINE void take(std::size_t count, double* sums, Term term) {
  for (std::size_t i = 0; i < count; ++i) {
    sums[i] = what == into::sums ? sums[i] + static_cast<double>(term(i)) : static_cast<double>(term(i));
  }
}

template <into what>
TOPHEAVY_INLINE void take_parts(const float* parts, std::size_t stride, std::size_t width, std::size_t count,
                                double* sums) {
  if (width == 16) return take<what>(count, sums, [=](std::size_t i) { return parts[i]; });
  if (width == 8)
    return take<what>(count, sums, [=](std::size_t i) { return add_parts(parts, stride, 8, i); });
  take<what>(count, sums, [=](std::size_t i) { return add_parts(parts, stride, 4, i); });
}

TOPHEAVY_CLONES void add_lanes(const float* parts, std::size_t stride, std::size_t width, std::size_t count,
                               double* sums) {
  take_parts<into::sums>(parts, stride, width, count, sums);
}

TOPHEAVY_CLONES void set_lanes(const float* parts, std::size_t stride, std::size_t width, std::size_t count,
                               double* sums) {
  take_parts<into::nothing>(parts, stride, width, count, sums);
}

// Some scenarios walked together by one thread. A cell is a step of a scenario.
class scenario_walk {
 public:
  explicit scenario_walk(const path_tiles& tiles) : tiles_(tiles) {}

  void run(const pass_setting& setting, std::uint64_t first, std::size_t count, std::size_t at) {
    setting_ = &setting;
    if (!setting.request.correlated.empty() && !correlations_) correlations_.emplace(setting.request);
    scenarios_ = count;
    steps_ = setting_->recipe.steps;
    cells_ = scenarios_ * steps_;
    make_plans(first);
    if (setting_->request.end_weights) walk_head();
    walk_tiles();
    if (setting_->request.end_weights && !tiles_.head_is_all()) mend_the_unproven();
    write(at);
  }

  std::optional<path_correlations>& correlations() { return correlations_; }

 private:
  path_plan_view plan() const { return {row_.data(), scale_.data(), scenarios_, steps_}; }

  void make_plans(std::uint64_t first) {
    scenario_.resize(scenarios_);
    for (std::size_t s = 0; s < scenarios_; ++s) scenario_[s] = first + s;
    row_.resize(cells_);
    scale_.resize(cells_);
    regime_.resize(scenarios_ * setting_->recipe.days);
    max_level_.resize(scenarios_);
    make_plans_cpu(setting_->recipe, scenario_.data(), scenarios_,
                   {row_.data(), scale_.data(), regime_.data(), max_level_.data()});
  }

  // What the head says of the largest caps, and the thresholds by which the tiles prove it.
  void walk_head() {
    top_.resize(scenarios_ * scenario_top_k.size());
    end_threshold_.resize(scenarios_);
    head_walk walk;
    walk.ret = tiles_.head_ret();
    walk.start = tiles_.head_start();
    walk.plan = plan();
    walk.top = {scenario_top_k.data(), scenario_top_k.size()};
    walk.top_sum = top_.data();
    walk.end_threshold = end_threshold_.data();
    if (setting_->request.daily_top_10) {
      threshold_.resize(cells_);
      top_10_.resize(cells_);
      walk.daily_k = daily_k;
      walk.threshold = threshold_.data();
      walk.sum = top_10_.data();
    }
    tiles_.body().walk_head(walk);
    if (!setting_->request.daily_top_10) return;
    for (std::size_t s = 0; s < scenarios_; ++s) threshold_[(s + 1) * steps_ - 1] = end_threshold_[s];
  }

  // Adds one chunk to sums, squares and counts; first: of the sums, which are written. Scenarios are walked some at a time,
  // so that what a walk writes is added up while it is near.
  void walk_chunk(std::size_t chunk, bool first, double* sums) {
    const figure_request& request = setting_->request;
    const std::size_t width = tiles_.body().width, parts = path_lanes / width;
    const std::size_t together = std::max<std::size_t>(1, cells_added_at_once / steps_);
    const std::size_t stride = std::min(together, scenarios_) * steps_ + path_sum_padding;
    sums_.resize(parts * stride);
    squares_part_.resize(parts * stride);
    tile_walk walk;
    walk.tile = tiles_.tile(chunk);
    walk.sums = sums_.data();
    walk.stride = walk.end_stride = stride;
    for (std::size_t s = 0; s < scenarios_; s += together) {
      const std::size_t count = std::min(together, scenarios_ - s), at = s * steps_, cells = count * steps_;
      walk.plan = {row_.data() + at, scale_.data() + at, count, steps_};
      if (request.end_weights) {
        (request.daily_hhi ? walk.squares : walk.end_squares) = squares_part_.data();
        if (request.daily_top_10) {
          walk.threshold = threshold_.data() + at;
          walk.count = count_.data() + at;
        } else {
          walk.end_threshold = end_threshold_.data() + s;
          walk.end_count = count_.data() + s;
        }
      }
      tiles_.body().walk_tile(walk);
      (first ? set_lanes : add_lanes)(sums_.data(), stride, width, cells, sums + at);
      if (walk.squares != nullptr) {
        add_lanes(squares_part_.data(), stride, width, cells, squares_.data() + at);
      } else if (walk.end_squares != nullptr) {
        add_lanes(squares_part_.data(), stride, width, count, end_squares_.data() + s);
      }
    }
  }

  void walk_tiles() {
    const figure_request& request = setting_->request;
    const path_layout& layout = tiles_.layout();
    if (request.end_weights) {
      if (request.daily_hhi) squares_.assign(cells_, 0.0);
      end_squares_.assign(scenarios_, 0.0);
      count_.assign(request.daily_top_10 ? cells_ : scenarios_, 0);
    }
    class_.resize(cells_);
    total_.resize(cells_);
    group_.resize(setting_->start_group.size() * cells_);
    begun_.assign(setting_->start_group.size(), 0);
    for (std::size_t k = 0; k < layout.classes(); ++k) {
      // A group that has no sums yet takes those of the class as they come.
      const std::vector<std::size_t>& groups = setting_->groups_of[k];
      const auto fresh =
          std::find_if(groups.begin(), groups.end(), [&](std::size_t g) { return begun_[g] == 0; });
      double* const sums = fresh != groups.end() ? group_.data() + *fresh * cells_ : class_.data();
      if (layout.class_chunks[k] == layout.class_chunks[k + 1]) std::fill_n(sums, cells_, 0.0);
      for (std::size_t c = layout.class_chunks[k]; c < layout.class_chunks[k + 1]; ++c) {
        walk_chunk(c, c == layout.class_chunks[k], sums);
      }
      const auto add_class = [&](bool first, double* to) {
        first ? static_cast<void>(std::copy_n(sums, cells_, to)) : add_to(sums, cells_, to);
      };
      add_class(k == 0, total_.data());
      for (auto g = groups.begin(); g != groups.end(); ++g) {
        if (g != fresh) add_class(begun_[*g] == 0, group_.data() + *g * cells_);
        begun_[*g] = 1;
      }
    }
    for (std::size_t g = 0; g < begun_.size(); ++g) {  // of no class
      if (begun_[g] == 0) std::fill_n(group_.begin() + static_cast<std::ptrdiff_t>(g * cells_), cells_, 0.0);
    }
    if (request.end_weights && request.daily_hhi) {
      for (std::size_t s = 0; s < scenarios_; ++s) end_squares_[s] = squares_[(s + 1) * steps_ - 1];
    }
  }

  bool is_proven(std::size_t s, std::size_t step) const {
    const bool daily = setting_->request.daily_top_10, last = step + 1 == steps_;
    if (!daily && !last) return true;
    return count_[daily ? s * steps_ + step : s] == (last ? most_k : daily_k);
  }

  // The k-th largest of the head is that of all where k caps of all reach it. Where more do, and where it is not a number,
  // the scenario is walked again and the largest are sought among all.
  void mend_the_unproven() {
    unproven_.clear();
    for (std::size_t s = 0; s < scenarios_; ++s) {
      bool proven = is_proven(s, steps_ - 1);
      for (std::size_t step = 0; setting_->request.daily_top_10 && step < steps_; ++step) {
        proven = proven && is_proven(s, step);
      }
      if (!proven) unproven_.push_back(s);
    }
    const std::size_t steps_kept = setting_->request.daily_top_10 ? steps_ : 1;
    const std::size_t bytes = sizeof(float) * tiles_.layout().slots() * steps_kept;
    const std::size_t together = std::max<std::size_t>(bytes_at_once / bytes, 1);
    for (std::size_t i = 0; i < unproven_.size(); i += together) {
      mend(unproven_.data() + i, std::min(together, unproven_.size() - i), steps_kept);
    }
  }

  void mend(const std::size_t* scenario, std::size_t count, std::size_t steps_kept) {
    unproven_row_.clear();
    unproven_scale_.clear();
    for (std::size_t i = 0; i < count; ++i) {
      const auto first = static_cast<std::ptrdiff_t>(scenario[i] * steps_);
      const auto last = first + static_cast<std::ptrdiff_t>(steps_);
      unproven_row_.insert(unproven_row_.end(), row_.begin() + first, row_.begin() + last);
      unproven_scale_.insert(unproven_scale_.end(), scale_.begin() + first, scale_.begin() + last);
    }
    const std::vector<path_chunk>& chunks = tiles_.layout().chunks;
    all_caps_.make_room(count * steps_kept * tiles_.layout().slots());
    for (std::size_t c = 0; c < chunks.size(); ++c) {
      cap_walk walk;
      walk.tile = tiles_.tile(c);
      walk.plan = {unproven_row_.data(), unproven_scale_.data(), count, steps_};
      walk.caps = all_caps_.data() + chunks[c].first_vector * path_lanes * count * steps_kept;
      walk.every_step = steps_kept != 1;
      tiles_.body().walk_caps(walk);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t s = scenario[i];
      for (std::size_t step = 0; step < steps_; ++step) {
        if (is_proven(s, step)) continue;
        caps_.clear();
        for (const path_chunk& chunk : chunks) {
          const std::size_t size = chunk.vectors * path_lanes;
          const float* const from = all_caps_.data() + chunk.first_vector * path_lanes * count * steps_kept +
                                    (i * steps_kept + (steps_kept != 1 ? step : 0)) * size;
          caps_.insert(caps_.end(), from, from + size);
        }
        take_largest_of_all(s, step);
      }
    }
  }

  double sum_of_all(std::size_t k, float guess) {
    find_largest(caps_.data(), caps_.size(), k, guess, leaders_);
    return sum_of_largest(leaders_.size(), [&](std::size_t i) { return caps_[leaders_[i]]; });
  }

  // From caps_, which holds the caps after that step.
  void take_largest_of_all(std::size_t s, std::size_t step) {
    if (step + 1 != steps_) {
      top_10_[s * steps_ + step] = sum_of_all(daily_k, threshold_[s * steps_ + step]);
      return;
    }
    double* const top = top_.data() + s * scenario_top_k.size();
    for (std::size_t i = 0; i < scenario_top_k.size(); ++i) top[i] = sum_of_all(scenario_top_k[i], 0.0F);
    if (setting_->request.daily_top_10) top_10_[(s + 1) * steps_ - 1] = top[place_of_top_10];
  }

  void write(std::size_t at) {
    const figure_request& request = setting_->request;
    path_strip strip;
    strip.scenarios = scenarios_;
    strip.steps = steps_;
    strip.day_step = setting_->day_step.data();
    strip.days = setting_->day_step.size();
    strip.start_total = setting_->start_total;
    strip.start_group = setting_->start_group.data();
    strip.total = total_.data();
    strip.group = group_.data();
    strip.stride = cells_;
    strip.regime = regime_.data();
    strip.max_level = max_level_.data();
    if (request.end_weights) {
      strip.end_squares = end_squares_.data();
      strip.top = top_.data();
      strip.squares = request.daily_hhi ? squares_.data() : nullptr;
      strip.top_10 = request.daily_top_10 ? top_10_.data() : nullptr;
    }
    write_path_figures(strip, setting_->start_group.size(), setting_->columns, at);
    if (!request.correlated.empty()) correlations_->add(strip);
  }

  const path_tiles& tiles_;
  const pass_setting* setting_ = nullptr;
  std::optional<path_correlations> correlations_;
  std::size_t scenarios_ = 0, steps_ = 0, cells_ = 0;
  std::vector<std::uint64_t> scenario_;
  std::vector<std::uint32_t> row_, leaders_, unproven_row_;
  std::vector<std::size_t> unproven_;
  std::vector<float> scale_, unproven_scale_, threshold_, end_threshold_, sums_, squares_part_, caps_;
  std::vector<std::uint8_t> regime_;
  std::vector<char> begun_;  // [groups]
  std::vector<std::uint16_t> count_;
  std::vector<double> max_level_, top_10_, top_, total_, group_, class_, squares_, end_squares_;
  aligned_floats all_caps_;
};

class cpu_path_engine : public path_engine {
 public:
  cpu_path_engine(const path_universe& universe, const cpu_path_options& options)
      : tiles_(universe, options.body != nullptr ? *options.body : best_path_body()),
        at_once_(options.scenarios_at_once) {}

  void scenario_pass(const plan_recipe& recipe, const figure_request& request, scenario_range range,
                     const figure_columns& columns) override {
    if (range.count == 0) return;
    const pass_setting setting(recipe, request, columns, tiles_.class_start());
    const std::size_t at_once = scenarios_at_once(setting, range.count);
    const std::size_t chunks = (range.count + at_once - 1) / at_once;
    oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, chunks, 1),
                              [&](const oneapi::tbb::blocked_range<std::size_t>& part) {
                                std::unique_ptr<scenario_walk> walk = take_idle();
                                for (std::size_t c = part.begin(); c < part.end(); ++c) {
                                  const std::size_t at = c * at_once;
                                  walk->run(setting, range.first + at, std::min(at_once, range.count - at),
                                            at);
                                }
                                const std::lock_guard<std::mutex> lock(mutex_);
                                idle_.push_back(std::move(walk));
                              });
  }

  void take_correlations(const rho_columns& columns) override {
    std::vector<path_correlations*> counted;
    for (const auto& walk : idle_) {
      if (!walk->correlations()) continue;
      walk->correlations()->count_waiting();
      counted.push_back(&*walk->correlations());
    }
    if (counted.empty()) return;
    const std::size_t rhos = counted.front()->sum().size();
    oneapi::tbb::parallel_for(std::size_t{0}, rhos, [&](std::size_t r) {
      for (const path_correlations* one : counted) {
        columns.sum[r] += one->sum()[r];
        columns.count[r] += one->count()[r];
        for (std::size_t b = r * rho_bins; b < (r + 1) * rho_bins; ++b) {
          columns.histogram[b] += one->histogram()[b];
        }
      }
    });
    for (const auto& walk : idle_) walk->correlations().reset();
  }

  void replay(const plan_recipe& recipe, const replay_request& request,
              const replay_result& result) override {
    replay_cpu(tiles_, recipe, request, result);
  }

 private:
  // The memory of a thread's walk is kept from pass to pass.
  std::unique_ptr<scenario_walk> take_idle() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (idle_.empty()) return std::make_unique<scenario_walk>(tiles_);
    std::unique_ptr<scenario_walk> walk = std::move(idle_.back());
    idle_.pop_back();
    return walk;
  }

  // As many as fit, but the same number for each thread.
  std::size_t scenarios_at_once(const pass_setting& setting, std::size_t scenarios) const {
    if (at_once_ != 0) return at_once_;
    const auto up = [](std::size_t a, std::size_t b) { return (a + b - 1) / b; };
    const auto threads = static_cast<std::size_t>(oneapi::tbb::this_task_arena::max_concurrency());
    const std::size_t bytes = std::min(bytes_at_once, bytes_of_all / threads);
    const std::size_t columns = setting.start_group.size() + 4;
    const std::size_t cells = std::min(cells_at_once, bytes / (sizeof(double) * columns));
    const std::size_t fit = std::max<std::size_t>(16, cells / setting.recipe.steps);
    const std::size_t chunks = up(up(scenarios, fit), threads) * threads;
    return std::max<std::size_t>(16, up(scenarios, chunks));
  }

  path_tiles tiles_;
  std::size_t at_once_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<scenario_walk>> idle_;
};

}  // namespace

std::unique_ptr<path_engine> make_cpu_path_engine(const path_universe& universe,
                                                  const cpu_path_options& options) {
  return std::make_unique<cpu_path_engine>(universe, options);
}

}  // namespace topheavy
