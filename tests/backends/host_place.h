// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_figures/scenario_figures_cpu.h"
#include "kernels/scenario_pass/scenario_pass_core.h"
#include "tests/backends/host_block.h"

#include <algorithm>
#include <cstring>
#include <string>

// The place of scenario_pass_core.h on the host: every kernel of the pass in its order, the answers, blocks, warps and
// threads of each in an order that the test picks. Memory begins as rubbish and copies land only when they are waited for,
// so that what is read too early shows.
namespace topheavy {

struct host_place_options {
  unsigned units = 2;      // of a tile
  bool streamed = false;   // tiles are not copied to the memory that a block shares
  std::size_t blocks = 3;  // that run at a time
  unsigned thread_order = 0;
  std::size_t most_bytes = std::size_t{1} << 40;  // at a time
};

class host_place {
 public:
  explicit host_place(const host_place_options& options) : options_(options) {}
  host_place(const host_place&) = delete;
  host_place& operator=(const host_place&) = delete;

  template <typename T>
  class buffer {
   public:
    buffer() = default;
    buffer(host_place& place, std::size_t count) : place_(&place), bytes_(count * sizeof(T)) {
      place.held_ += bytes_;
      place.most_held_ = std::max(place.most_held_, place.held_);
      if (place.held_ > place.options_.most_bytes) {
        place.held_ -= std::exchange(bytes_, 0);
        ++place.refused_;
        throw out_of_device_memory("no room");
      }
      memory_.resize(count);
      if (bytes_ > 0) std::memset(static_cast<void*>(memory_.data()), 0xa5, bytes_);
    }
    buffer(buffer&& other) noexcept { swap(other); }
    buffer& operator=(buffer&& other) noexcept {
      swap(other);
      return *this;
    }
    ~buffer() {
      if (place_ != nullptr) place_->held_ -= bytes_;
    }
    T* data() const { return const_cast<T*>(memory_.data()); }

   private:
    void swap(buffer& other) noexcept {
      std::swap(place_, other.place_);
      std::swap(bytes_, other.bytes_);
      memory_.swap(other.memory_);
    }
    host_place* place_ = nullptr;
    std::size_t bytes_ = 0;
    std::vector<T> memory_;
  };

  template <typename T>
  buffer<T> make(std::size_t count, const char*) {
    return buffer<T>(*this, count);
  }
  std::size_t held() const { return held_; }  // bytes
  std::size_t most_held() const { return most_held_; }
  std::size_t refused() const { return refused_; }

  template <typename T>
  void upload(T* there, const T* host, std::size_t count) const {
    std::copy_n(host, count, there);
  }
  template <typename T>
  void download(T* host, const T* there, std::size_t count) const {
    std::copy_n(there, count, host);
  }
  void fill(void* there, std::size_t bytes, int byte) const {
    if (bytes > 0) std::memset(there, byte, bytes);
  }
  void wait() const {}
  void begin(pass_part) const {}

  unsigned tile_units() const { return options_.units; }
  std::size_t blocks_together() const { return options_.blocks; }

  template <typename Work>
  void each(std::size_t count, const Work& work) const {
    in_some_order(count, work);
  }
  template <typename Work>
  void each_warp(std::size_t count, const Work& work) const {
    std::vector<float> shared(Work::floats, -1.0F);
    in_some_order(count, [&](std::size_t i) { work(host_warp{options_.thread_order}, i, shared.data()); });
  }
  template <typename Work>
  void each_block(std::size_t count, const Work& work) const {
    std::vector<double> shared((Work::bytes + sizeof(double) - 1) / sizeof(double), -1.0);
    in_some_order(count,
                  [&](std::size_t i) { work(block_of(Work::warps), i, static_cast<void*>(shared.data())); });
  }

  void walk_tiles(const path_tile_walk& walk) const {
    using enum at_steps;
    const at_steps squares = walk.squares_asked(), counts = walk.counts_asked();
    const auto run = [&](auto s, auto c) {
      options_.units == 2 ? run_tiles<2, s(), c()>(walk) : run_tiles<1, s(), c()>(walk);
    };
    const std::integral_constant<at_steps, none> no;
    const std::integral_constant<at_steps, last> end;
    const std::integral_constant<at_steps, every> daily;
    if (squares == none) return run(no, no);
    if (squares == last) return counts == last ? run(end, end) : run(end, daily);
    counts == last ? run(daily, end) : run(daily, daily);
  }

  class recipe {
   public:
    recipe(const plan_recipe& host, host_place&) : view_(host) {}
    plan_recipe view() const { return view_; }

   private:
    plan_recipe view_;
  };
  void make_plans(const plan_recipe& of, const std::uint64_t* scenario, std::uint64_t first,
                  std::size_t count, const plan_rows& rows) const {
    std::vector<std::uint64_t> number(count);
    for (std::size_t i = 0; i < count; ++i) number[i] = scenario != nullptr ? scenario[i] : first + i;
    make_plans_cpu(of, number.data(), count, rows);
  }
  void figures(const path_strip& strip, std::size_t groups, const figure_columns& columns) const {
    write_path_figures(strip, groups, columns, 0);
  }

  class correlations {
   public:
    correlations(const figure_request& request, host_place&) : here_(request) {}
    void add(const path_strip& strip) { here_.add(strip); }
    void take(const rho_columns& columns) {
      here_.count_waiting();
      for (std::size_t r = 0; r < here_.sum().size(); ++r) {
        columns.sum[r] += here_.sum()[r];
        columns.count[r] += here_.count()[r];
      }
      for (std::size_t b = 0; b < here_.histogram().size(); ++b) columns.histogram[b] += here_.histogram()[b];
    }

   private:
    path_correlations here_;
  };

  class selection {
   public:
    selection(host_place&, std::size_t) {}
    void select(const std::uint8_t* flag, std::size_t count, std::uint32_t* list,
                std::uint32_t* found) const {
      *found = 0;
      for (std::uint32_t i = 0; i < count; ++i) {
        if (flag[i] != 0) list[(*found)++] = i;
      }
    }
  };

  class staging {
   public:
    staging(host_place&, std::size_t bytes) : memory_((bytes + 7) / 8, -1.0) {}
    void fetch(const void* there, std::size_t bytes) {
      from_ = there;
      bytes_ = bytes;
    }
    void wait() {
      if (bytes_ > 0) std::memcpy(memory_.data(), from_, std::exchange(bytes_, 0));
    }
    const void* data() const { return memory_.data(); }

   private:
    std::vector<double> memory_;
    const void* from_ = nullptr;
    std::size_t bytes_ = 0;
  };

 private:
  template <typename Work>
  void in_some_order(std::size_t count, const Work& work) const {
    const bool backward = options_.thread_order % 2 != 0;
    for (std::size_t i = 0; i < count; ++i) work(backward ? count - 1 - i : i);
  }

  host_block block_of(std::size_t warps) const {
    return host_block(warp_orders(warps)[options_.thread_order % 3], options_.thread_order);
  }

  template <unsigned units, at_steps squares, at_steps counts>
  void run_tiles(const path_tile_walk& walk) const {
    in_some_order(options_.blocks, [&](std::size_t i) {
      const host_block block = block_of(2);
      if (options_.streamed) {
        return walk_tiles_streamed<units, squares, counts>(block, walk, i, options_.blocks);
      }
      std::vector<path_word> shared(walk.rows * units * path_unit_words,
                                    path_word{{-1.0F, -1.0F, -1.0F, -1.0F}});
      walk_tiles_block<units, squares, counts>(block, walk, i, options_.blocks, shared.data());
    });
  }

  host_place_options options_;
  std::size_t held_ = 0, most_held_ = 0, refused_ = 0;
};

}  // namespace topheavy
