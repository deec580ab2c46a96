// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/concentration/concentration.h"

#include <cstddef>
#include <cstdint>
#include <vector>

// The CPU body of concentration.h, a day at a time. Which thread takes which day is the pass's business
// (kernels/day_pass).
namespace topheavy {

class concentration_cpu {  // memory for a day, used again for the next; one thread's
 public:
  // entities: a partition of (some of) the constituents; may be none.
  explicit concentration_cpu(groups_view entities);

  // cap [N]: the caps of the day at their close, 0: no row.
  void constituents(const double* cap, std::size_t count, std::size_t day, concentration_result result);
  // After constituents() of the same day: what they computed is used where an entity is one constituent, as nearly
  // every one is, so that hardly a logarithm is left to take.
  void entities(const double* cap, std::size_t day, concentration_result result);

 private:
  void finish(const double* x, std::size_t count, double total, double scale, std::size_t day,
              concentration_result result, const double* square, const double* log);

  groups_view entities_;
  std::vector<std::int32_t> first_member_;  // of each entity; 0 where there is none
  std::vector<std::size_t> not_one_;        // entities of no constituent or of several
  std::vector<double> square_, log_;        // of the constituents
  std::vector<double> entity_cap_, entity_square_, entity_log_;
  std::vector<std::uint64_t> keys_, spare_;
  double scale_ = 0.0;  // of the constituents
};

// Sorts keys [count] ascending: floats above 0 by their bits. spare [count]. Returns where they stand then:
// keys or spare.
std::uint64_t* radix_sort(std::uint64_t* keys, std::uint64_t* spare, std::size_t count);

}  // namespace topheavy
