// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
// Order statistics by CUB's radix sort of keys (order_statistics_core.h), which is stable. A value is turned into its key
// where it stands, and back. Traffic in device memory: what the sort moves, eight readings and writings of the keys.
#include "kernels/device/check.h"
#include "kernels/device/range.h"
#include "kernels/order_statistics/order_statistics_core.h"
#include "kernels/order_statistics/order_statistics_cuda.h"

#include <algorithm>

#include <cub/device/device_radix_sort.cuh>

namespace topheavy {
namespace {

// index: null, or filled with first, first + 1, ...
__global__ void keys_kernel(std::uint64_t* key, std::uint64_t* index, std::uint64_t first,
                            std::size_t count) {
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
       i += stride) {
    key[i] = order_key_of_bits(key[i]);
    if (index != nullptr) index[i] = first + i;
  }
}

// value[i] of key[at[i]]; at null: of key[i].
__global__ void values_kernel(const std::uint64_t* key, const std::size_t* at, double* value,
                              std::size_t count) {
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
       i += stride) {
    value[i] = value_of_key(key[at != nullptr ? at[i] : i]);
  }
}

launch_shape shape_for(std::size_t count) {
  constexpr unsigned threads = tuning::order_statistics;
  return block_per_answer((count + threads - 1) / threads, threads);
}

// Either side may be the host's.
template <typename T>
void copy(T* to, const void* from, std::size_t count, stream_ref on) {
  check(cudaMemcpyAsync(to, from, count * sizeof(T), cudaMemcpyDefault, on.get()));
}

// Two places for so many keys, and for their indices where asked for; the sort goes to and fro between them.
class sort_room {
 public:
  sort_room(std::size_t count, bool with_index, device_ledger& ledger) : ledger_(ledger) {
    for (device_buffer<std::uint64_t>& k : key_) k = {ledger, count, "keys of order statistics"};
    keys_ = {key_[0].data(), key_[1].data()};
    if (with_index) {
      for (device_buffer<std::uint64_t>& i : index_) i = {ledger, count, "indices of order statistics"};
      indices_ = {index_[0].data(), index_[1].data()};
    }
    bytes_ = 0;
    run(nullptr, count);
    memory_ = {ledger, std::max<std::size_t>(bytes_, 1), "sort of order statistics"};
  }

  // Values first, first + 1, ... of a column into places at, at + 1, ...
  void load(const double* x, std::size_t at, std::uint64_t first, std::size_t count) {
    std::uint64_t* const key = keys_.Current() + at;
    copy(key, x + first, count, ledger_.stream());
    const launch_shape shape = shape_for(count);
    keys_kernel<<<shape.grid, shape.block, 0, ledger_.stream().get()>>>(
        key, index_[0].size() > 0 ? indices_.Current() + at : nullptr, first, count);
    check_launch();
  }
  void sort(std::size_t count) { run(memory_.data(), count); }

  const std::uint64_t* keys() { return keys_.Current(); }
  const std::uint64_t* indices() { return indices_.Current(); }

 private:
  void run(void* memory, std::size_t count) {
    const cudaStream_t on = ledger_.stream().get();
    check(index_[0].size() > 0
              ? cub::DeviceRadixSort::SortPairs(memory, bytes_, keys_, indices_, count, 0, 64, on)
              : cub::DeviceRadixSort::SortKeys(memory, bytes_, keys_, count, 0, 64, on));
  }

  device_ledger& ledger_;
  device_buffer<std::uint64_t> key_[2], index_[2];
  device_buffer<char> memory_;
  cub::DoubleBuffer<std::uint64_t> keys_, indices_;
  std::size_t bytes_ = 0;
};

void write_values(const std::uint64_t* key, const std::size_t* at, double* value, std::size_t count,
                  stream_ref on) {
  const launch_shape shape = shape_for(count);
  values_kernel<<<shape.grid, shape.block, 0, on.get()>>>(key, at, value, count);
  check_launch();
}

}  // namespace

void smallest_cuda(const double* x, std::size_t size, std::size_t count, const smallest_values& result,
                   device_ledger& ledger, std::size_t piece) {
  check_smallest(size, count);
  if (count == 0) return;
  const named_range range{"topheavy::order_statistics"};
  const stream_ref on = ledger.stream();
  sort_room room(std::min(size, count + piece), true, ledger);
  const device_buffer<double> value(ledger, count, "smallest values");
  smallest_in_pieces(
      size, count, piece,
      [&](std::size_t at, std::size_t first, std::size_t n) { room.load(x, at, first, n); },
      [&](std::size_t n) { room.sort(n); });
  write_values(room.keys(), nullptr, value.data(), count, on);
  copy(result.value, value.data(), count, on);
  copy(result.index, room.indices(), count, on);
}

void values_at_ranks_cuda(const value_columns& columns, const rank_list& ranks, double* value,
                          device_ledger& ledger) {
  check_ranks(columns, ranks);
  if (columns.count == 0 || ranks.count == 0) return;
  const named_range range{"topheavy::order_statistics"};
  const stream_ref on = ledger.stream();
  sort_room room(columns.size, false, ledger);
  const device_buffer<std::size_t> at(ledger, ranks.count, "ranks");
  const device_buffer<double> found(ledger, columns.count * ranks.count, "values at ranks");
  at.copy_from(ranks.rank);
  for (std::size_t c = 0; c < columns.count; ++c) {
    room.load(columns.column[c], 0, 0, columns.size);
    room.sort(columns.size);
    write_values(room.keys(), at.data(), found.data() + c * ranks.count, ranks.count, on);
  }
  copy(value, found.data(), found.size(), on);
}

}  // namespace topheavy
