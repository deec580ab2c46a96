// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/scenario_pass/scenario_pass.h"
#include "kernels/scenario_paths/path_body.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

namespace topheavy {

// Floats aligned as the bodies want them, not set to anything.
class aligned_floats {
 public:
  explicit aligned_floats(std::size_t count = 0)
      : count_(count),
        data_(static_cast<float*>(::operator new(count * sizeof(float), std::align_val_t{64}))) {}
  float* data() const { return data_.get(); }

  // Makes room for so many; what stood there is gone where there was none.
  void make_room(std::size_t count) {
    if (count > count_) *this = aligned_floats(count);
  }

 private:
  struct release {
    void operator()(float* p) const { ::operator delete(p, std::align_val_t{64}); }
  };
  std::size_t count_;
  std::unique_ptr<float[], release> data_;
};

// A universe as one body of the path operation wants it: a tile a chunk, and the head.
class path_tiles {
 public:
  path_tiles(const path_universe& universe, const path_body& body);

  const path_body& body() const { return body_; }
  const path_layout& layout() const { return layout_; }
  std::size_t rows() const { return rows_; }
  path_tile tile(std::size_t chunk) const;
  const float* start() const { return start_.data(); }  // [slots]
  const std::vector<double>& class_start() const {
    return class_start_;
  }  // [classes]: sums in the order of the layout

  // The 128 largest slots at the start, or all of them, in the order of the layout.
  const float* head_ret() const { return head_ret_.data(); }      // [rows, 128]
  const float* head_start() const { return head_start_.data(); }  // [128]
  bool head_is_all() const { return layout_.slots() <= head_slots; }

 private:
  const path_body& body_;
  path_layout layout_;
  std::size_t rows_;
  std::vector<float> start_;
  aligned_floats tile_ret_, tile_start_, head_ret_, head_start_;
  std::vector<double> class_start_;
};

}  // namespace topheavy
