// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/errors.h"

#include <algorithm>
#include <cstddef>

// How work whose parts are independent (days, constituents, sets of days) is cut where a device cannot hold it at once.
namespace topheavy {

// What a chunk takes on the device.
struct chunk_bytes {
  std::size_t fixed = 0;  // whatever its size
  std::size_t each = 0;   // a part
  std::size_t lead = 0;   // parts that a chunk holds beside its own: the day before
};

// Parts at a time, of `count`: all of them where they fit `free` bytes, else as few chunks of equal size as fit, whole
// multiples of `least`. At least `least` even where that does not fit: the device then says what is missing.
inline std::size_t chunk_size(std::size_t count, std::size_t least, const chunk_bytes& bytes,
                              std::size_t free) {
  const std::size_t left = free > bytes.fixed ? free - bytes.fixed : 0;
  if (count <= least || bytes.each == 0 || count <= left / bytes.each) return count;
  const std::size_t held = left / bytes.each;
  const std::size_t most = held > bytes.lead ? (held - bytes.lead) / least * least : 0;
  if (most == 0) return least;
  const std::size_t chunks = (count + most - 1) / most;
  const std::size_t equal = (count + chunks - 1) / chunks;
  return (equal + least - 1) / least * least;
}

// work(first, parts) for chunks of `size`, in order, until all `count` are done. A chunk that ends in
// out_of_device_memory is done again with half its parts, which stays the size; with `least` parts it is passed on.
template <typename Work>
void in_chunks(std::size_t count, std::size_t size, std::size_t least, const Work& work) {
  for (std::size_t first = 0; first < count;) {
    const std::size_t parts = std::min(size, count - first);
    try {
      work(first, parts);
      first += parts;
    } catch (const out_of_device_memory&) {
      if (parts <= least) throw;
      size = (parts / 2 + least - 1) / least * least;
    }
  }
}

}  // namespace topheavy
