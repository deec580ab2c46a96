// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/core/portable.h"
#include "kernels/core/warp_sum.h"
#include "kernels/scenario_paths/path_body.h"
#include "kernels/scenario_paths/path_tiles_core.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

// The largest caps of the head as a warp finds them, to the bits of head_walk of path_body.h.
namespace topheavy {

inline constexpr std::uint32_t bits_above_every_cap = 0x7f800001u;  // of +inf, and 1

TOPHEAVY_HD inline float cap_of_bits(std::uint32_t bits) {
  float cap;
  std::memcpy(&cap, &bits, sizeof cap);
  return cap;
}

// The k largest at the end of a scenario, for each k ascending, 1 .. 128 each.
inline constexpr std::size_t most_tops = 8;
struct head_tops {
  std::uint32_t k[most_tops];
  std::uint32_t count;
};

struct warp_head_walk {
  const float* ret = nullptr;    // [rows, 128]
  const float* start = nullptr;  // [128]
  path_plan_view plan;
  head_tops tops{};
  double* top_sum = nullptr;       // [scenarios, tops.count]
  float* end_threshold = nullptr;  // [scenarios] the least of the last of these k
  std::size_t daily_k = 0;         // 1 .. 128, where threshold is not null
  float* threshold = nullptr;      // [cells] or null; where it is not known no cap is at least it
  double* sum = nullptr;           // [cells]
};

// Slots of the head: bit t of [v] is slot 32 v + t, which thread t holds.
inline constexpr unsigned head_words = head_slots / warp_threads;
struct head_set {
  std::uint32_t slot[head_words];
};
struct head_caps {
  float cap[head_words];
};

// The k largest of start [128], of equal ones the earlier slots.
inline head_set head_leaders_at_start(const float* start, std::size_t k) {
  head_set leaders{};
  for (std::size_t found = 0; found < k; ++found) {
    std::size_t best = head_slots;
    for (std::size_t n = 0; n < head_slots; ++n) {
      const bool taken = (leaders.slot[n / warp_threads] >> (n % warp_threads) & 1) != 0;
      if (!taken && (best == head_slots || start[n] > start[best])) best = n;
    }
    leaders.slot[best / warp_threads] |= 1u << (best % warp_threads);
  }
  return leaders;
}

template <typename Warp>
TOPHEAVY_HD inline unsigned members_of(const Warp& warp, const head_set& set) {
  unsigned members = 0;
  TOPHEAVY_UNROLL
  for (unsigned v = 0; v < head_words; ++v) members += warp.ones(set.slot[v]);
  return members;
}

// Members with test(cap).
template <typename Warp, typename Caps, typename Test>
TOPHEAVY_HD TOPHEAVY_INLINE head_set head_where(const Warp& warp, const Caps& caps, const Test& test) {
  head_set set;
  TOPHEAVY_UNROLL
  for (unsigned v = 0; v < head_words; ++v) {
    set.slot[v] =
        warp.ballot(warp.each_of([&](unsigned, const head_caps& me) { return test(me.cap[v]); }, caps));
  }
  return set;
}

// The least cap of a set; of a cap that is not a number nothing is known.
template <typename Warp, typename Caps>
TOPHEAVY_HD TOPHEAVY_INLINE float least_of(const Warp& warp, const Caps& caps, const head_set& set) {
  return warp.least(warp.each_of(
      [&](unsigned thread, const head_caps& me) {
        float least = above_every_cap;
        TOPHEAVY_UNROLL
        for (unsigned v = 0; v < head_words; ++v) {
          if ((set.slot[v] >> thread & 1) != 0) least = me.cap[v] < least ? me.cap[v] : least;
        }
        return least;
      },
      caps));
}

// Takes one member out: the least, of equal ones the last.
template <typename Warp, typename Caps>
TOPHEAVY_HD TOPHEAVY_INLINE void drop_least(const Warp& warp, const Caps& caps, head_set& set) {
  const float least = least_of(warp, caps, set);
  const head_set equal = head_where(warp, caps, [&](float cap) { return cap == least; });
  bool done = false;
  TOPHEAVY_UNROLL
  for (unsigned i = 0; i < head_words; ++i) {
    const unsigned v = head_words - 1 - i;
    const std::uint32_t there = equal.slot[v] & set.slot[v];
    if (!done && there != 0) {
      set.slot[v] &= ~(1u << warp.last_one(there));
      done = true;
    }
  }
}

// The k largest, of equal ones the earlier slots; fewer where so many are no numbers.
template <typename Warp, typename Caps>
TOPHEAVY_HD TOPHEAVY_INLINE head_set largest_of_head(const Warp& warp, const Caps& caps, unsigned k) {
  std::uint32_t low = 0, high = bits_above_every_cap;  // k caps reach low, fewer reach high
  head_set found = head_where(warp, caps, [&](float cap) { return cap >= 0.0F; });
  unsigned members = members_of(warp, found);
  while (members > k && high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    const head_set some = head_where(warp, caps, [&](float cap) { return cap >= cap_of_bits(middle); });
    const unsigned there = members_of(warp, some);
    if (there < k) {
      high = middle;
    } else {
      low = middle;
      found = some;
      members = there;
    }
  }
  if (members <= k) return found;
  // The least are equal, and the last of them too many.
  const head_set above = head_where(warp, caps, [&](float cap) { return cap > cap_of_bits(low); });
  for (unsigned v = head_words; v-- > 0;) {
    std::uint32_t equal = found.slot[v] & ~above.slot[v];
    for (; members > k && equal != 0; --members) {
      const std::uint32_t last = 1u << warp.last_one(equal);
      equal &= ~last;
      found.slot[v] &= ~last;
    }
  }
  return found;
}

// sum_of_largest of path_body.h over line [count], by the threads of a warp; line is memory that they share, written by
// themselves.
template <typename Warp>
TOPHEAVY_HD TOPHEAVY_INLINE double sum_of_line(const Warp& warp, const float* line, unsigned count) {
  warp.sync();
  auto lane = warp.each([&](unsigned thread) {
    double sum = 0.0;
    for (unsigned i = thread % 8; i < count; i += 8) sum += static_cast<double>(line[i]);
    return sum;
  });
  warp.sync();
  for (const unsigned mask : {4u, 2u, 1u}) lane = warp.add_partner(lane, mask);
  return warp.value_of(lane, 0);
}

// line: 128 floats that the warp shares.
template <typename Warp, typename Caps>
TOPHEAVY_HD TOPHEAVY_INLINE double sum_of_set(const Warp& warp, const Caps& caps, const head_set& set,
                                              float* line) {
  warp.each_of(
      [&](unsigned thread, const head_caps& me) {
        unsigned before = 0;
        TOPHEAVY_UNROLL
        for (unsigned v = 0; v < head_words; ++v) {
          if ((set.slot[v] >> thread & 1) != 0) {
            line[before + warp.ones(set.slot[v] & ((1u << thread) - 1))] = me.cap[v];
          }
          before += warp.ones(set.slot[v]);
        }
      },
      caps);
  return sum_of_line(warp, line, members_of(warp, set));
}

// Scenario s of a walk by one warp; line: 128 floats that it shares. at_start: the daily_k largest there.
template <typename Warp>
TOPHEAVY_HD inline void walk_head_scenario(const Warp& warp, const warp_head_walk& w,
                                           const head_set& at_start, std::size_t s, float* line) {
  head_set leaders = at_start;
  auto caps = warp.each([&](unsigned thread) {
    head_caps me;
    TOPHEAVY_UNROLL
    for (unsigned v = 0; v < head_words; ++v) me.cap[v] = w.start[v * warp_threads + thread];
    return me;
  });
  const auto write = [&](const auto& by_one_thread) {
    warp.each([&](unsigned thread) {
      if (thread == 0) by_one_thread();
      return 0;
    });
  };
  for (std::size_t step = 0; step < w.plan.steps; ++step) {
    const std::size_t at = s * w.plan.steps + step;
    const float* const ret = w.ret + w.plan.row[at] * head_slots;
    const float scale = w.plan.scale[at];
    warp.each_of(
        [&](unsigned thread, head_caps& me) {
          TOPHEAVY_UNROLL
          for (unsigned v = 0; v < head_words; ++v) {
            me.cap[v] = next_cap(me.cap[v], scale, ret[v * warp_threads + thread]);
          }
        },
        caps);
    if (w.threshold == nullptr) continue;
    // Yesterday's leaders give a bound that no more than k caps reach where they still lead.
    float threshold = least_of(warp, caps, leaders);
    const head_set found = head_where(warp, caps, [&](float cap) { return cap >= threshold; });
    unsigned more = members_of(warp, found);
    bool known = more >= w.daily_k;
    if (more > w.daily_k) {
      leaders = found;
      for (; more > w.daily_k; --more) drop_least(warp, caps, leaders);
      threshold = least_of(warp, caps, leaders);
    }
    const double sum = sum_of_set(warp, caps, leaders, line);
    known = known && sum == sum;
    write([&] {
      w.threshold[at] = known ? threshold : no_threshold;
      w.sum[at] = sum;
    });
  }
  for (std::uint32_t i = 0; i < w.tops.count; ++i) {
    const head_set largest = largest_of_head(warp, caps, w.tops.k[i]);
    const double sum = sum_of_set(warp, caps, largest, line);
    const bool known = members_of(warp, largest) == w.tops.k[i];
    const float least = least_of(warp, caps, largest);
    write([&] {
      w.top_sum[s * w.tops.count + i] = sum;
      if (i + 1 == w.tops.count) w.end_threshold[s] = known ? least : no_threshold;
    });
  }
}

// ---- the largest of all ----

// What the head says of the largest holds where as many caps of all as it says reach its threshold: 50 at the end of a
// scenario (the last of tops.k), daily_k after a step before. Where that is not so the scenario is walked again, and the
// largest are sought among all.
struct path_proof {
  path_packing packing;
  const std::uint32_t* count = nullptr;      // [words, 4], or null: only at the end
  const std::uint32_t* end_count = nullptr;  // [places], or null: the last step of `count`
  std::uint32_t daily_k = 0, end_k = 0;

  TOPHEAVY_HD std::uint32_t count_of(std::size_t s, std::size_t step) const {
    if (count == nullptr) return end_count[s];
    const std::size_t word = packing.first_word(s) + step / path_group_steps * warp_threads;
    return count[word * path_group_steps + step % path_group_steps];
  }
  TOPHEAVY_HD bool is_proven(std::size_t s, std::size_t step) const {
    const bool last = step + 1 == packing.steps;
    if (!last && count == nullptr) return true;
    return count_of(s, step) == (last ? end_k : daily_k);
  }
  // Of all steps.
  TOPHEAVY_HD bool is_proven(std::size_t s) const {
    for (std::size_t step = count == nullptr ? packing.steps - 1 : 0; step < packing.steps; ++step) {
      if (!is_proven(s, step)) return false;
    }
    return true;
  }
};

struct path_mending {
  path_proof proof;
  const std::uint32_t* unproven = nullptr;        // [count] scenarios
  const std::uint32_t* unproven_count = nullptr;  // one number
  const float* ret = nullptr;                     // [tiles, rows, cells]
  const float* start = nullptr;                   // [tiles, cells]
  const std::uint32_t* slot_of_cell = nullptr;    // [tiles, cells]
  std::size_t tiles = 0, rows = 0, cells = 0, slots = 0;
  path_plan_view plan;
  head_tops tops{};
  std::size_t place_of_daily = 0;  // of daily_k in tops
  double* top_sum = nullptr;       // [scenarios, tops.count]
  double* daily_sum = nullptr;     // [cells] or null
  float* caps = nullptr;           // [blocks, slots] to work with
};

// What a block shares while it seeks.
struct mending_memory {
  std::uint32_t found[32];  // caps that reach each threshold that is tried
  float line[head_slots];
  double sum;
};

// The sum of the k largest of caps [slots], k < slots and at most 128, of equal caps the earlier ones: what every thread
// gets. Begins and ends with a barrier.
template <typename Block>
TOPHEAVY_HD TOPHEAVY_INLINE double sum_of_largest_of_all(const Block& block, const float* caps,
                                                         std::size_t slots, std::uint32_t k,
                                                         mending_memory* shared) {
  block.barrier();
  block.each_warp([&](const auto& warp, std::size_t w) {
    warp.each([&](unsigned thread) {
      if (w == 0) shared->found[thread] = 0;
      return 0;
    });
  });
  block.barrier();
  std::uint32_t low = 0, high = bits_above_every_cap;  // k caps reach low, fewer reach high
  bool exactly = false;
  for (unsigned tried = 0; high - low > 1 && !exactly; ++tried) {
    const std::uint32_t middle = low + (high - low) / 2;
    const float threshold = cap_of_bits(middle);
    block.each_warp([&](const auto& warp, std::size_t w) {
      std::uint32_t found = 0;
      for (std::size_t first = w * warp_threads; first < slots; first += block.warps() * warp_threads) {
        found += warp.ones(warp.ballot(warp.each([&](unsigned thread) -> bool {
          return first + thread < slots && caps[first + thread] >= threshold;
        })));
      }
      warp.each([&](unsigned thread) {
        if (thread == 0 && found != 0) warp.add_to(&shared->found[tried], found);
        return 0;
      });
    });
    block.barrier();
    const std::uint32_t reached = shared->found[tried];
    (reached >= k ? low : high) = middle;
    exactly = reached == k;
  }
  block.each_warp([&](const auto& warp, std::size_t w) {
    if (w != 0) return;
    // Those above, and as many of the equal ones as there is room for: room is what the others leave.
    const float least = cap_of_bits(low);
    std::uint32_t above = 0;
    for (std::size_t first = 0; !exactly && first < slots; first += warp_threads) {
      above += warp.ones(warp.ballot(warp.each(
          [&](unsigned thread) -> bool { return first + thread < slots && caps[first + thread] > least; })));
    }
    std::uint32_t room = exactly ? 0 : k - above, taken = 0;
    for (std::size_t first = 0; first < slots && taken < k; first += warp_threads) {
      const auto held = warp.each(
          [&](unsigned thread) { return first + thread < slots ? caps[first + thread] : no_threshold; });
      const std::uint32_t surely = warp.ballot(warp.each_of(
          [&](unsigned, const float& cap) -> bool { return exactly ? cap >= least : cap > least; }, held));
      std::uint32_t equal = warp.ballot(
          warp.each_of([&](unsigned, const float& cap) -> bool { return !exactly && cap == least; }, held));
      while (warp.ones(equal) > room) equal &= ~(1u << warp.last_one(equal));
      room -= warp.ones(equal);
      const std::uint32_t some = surely | equal;
      if (some == 0) continue;
      warp.each_of(
          [&](unsigned thread, const float& cap) {
            if ((some >> thread & 1) != 0) {
              shared->line[taken + warp.ones(some & ((1u << thread) - 1))] = cap;
            }
          },
          held);
      taken += warp.ones(some);
    }
    const double sum = sum_of_line(warp, shared->line, taken);
    warp.each([&](unsigned thread) {
      if (thread == 0) shared->sum = sum;
      return 0;
    });
  });
  block.barrier();
  const double sum = shared->sum;
  return sum;
}

// Block `index` of `blocks`, which share the unproven scenarios. Ends with a barrier.
template <typename Block>
TOPHEAVY_HD TOPHEAVY_INLINE void mend_block(const Block& block, const path_mending& m, std::size_t index,
                                            std::size_t blocks, mending_memory* shared) {
  float* const caps = m.caps + index * m.slots;
  const std::size_t all = m.tiles * m.cells, threads = block.warps() * warp_threads, steps = m.plan.steps;
  const std::uint32_t count = *m.unproven_count;
  for (std::size_t i = index; i < count; i += blocks) {
    const std::size_t s = m.unproven[i];
    // Each thread has its own cells, so that steps need no barrier but where the largest are sought.
    const auto each_cap = [&](const auto& then) {
      block.each_warp([&](const auto& warp, std::size_t w) {
        warp.each([&](unsigned thread) {
          for (std::size_t cell = w * warp_threads + thread; cell < all; cell += threads) {
            if (m.slot_of_cell[cell] != no_path_slot) then(cell, caps[m.slot_of_cell[cell]]);
          }
          return 0;
        });
      });
    };
    std::size_t done = 0;  // steps that are in caps
    for (std::size_t step = 0; step < steps; ++step) {
      if (m.proof.is_proven(s, step)) continue;
      each_cap([&](std::size_t cell, float& cap) {
        const float* const ret = m.ret + cell / m.cells * m.rows * m.cells + cell % m.cells;
        float now = done == 0 ? m.start[cell] : cap;
        for (std::size_t at = s * steps + done; at <= s * steps + step; ++at) {
          now = next_cap(now, m.plan.scale[at], ret[m.plan.row[at] * m.cells]);
        }
        cap = now;
      });
      done = step + 1;
      const auto put = [&](double* to, double sum) {
        block.first_thread([&] { *to = sum; });
        block.barrier();
      };
      if (done != steps) {
        put(m.daily_sum + s * steps + step,
            sum_of_largest_of_all(block, caps, m.slots, m.proof.daily_k, shared));
        continue;
      }
      for (std::uint32_t t = 0; t < m.tops.count; ++t) {
        const double sum = sum_of_largest_of_all(block, caps, m.slots, m.tops.k[t], shared);
        put(m.top_sum + s * m.tops.count + t, sum);
        if (m.daily_sum != nullptr && t == m.place_of_daily) put(m.daily_sum + s * steps + step, sum);
      }
    }
  }
}

}  // namespace topheavy
