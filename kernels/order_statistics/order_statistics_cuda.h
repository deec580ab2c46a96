// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/buffer.h"
#include "kernels/device/launch.h"
#include "kernels/order_statistics/order_statistics.h"

#include <cstddef>

// The CUDA bodies of order_statistics.h. Columns and results are memory of the host or of the device; the lists of columns
// and ranks are the host's. Room is asked for once, before anything is moved. Both enqueue on the ledger's stream and
// return; memory of the host stays as it is until the stream has been waited for. Throw out_of_device_memory.
namespace topheavy {

// Sorted `piece` values at a time, 32 bytes each, which changes the speed, never a bit.
void smallest_cuda(const double* x, std::size_t size, std::size_t count, const smallest_values& result,
                   device_ledger& ledger, std::size_t piece = tuning::sorted_values);

// A column at a time, 16 bytes a value.
void values_at_ranks_cuda(const value_columns& columns, const rank_list& ranks, double* value,
                          device_ledger& ledger);

}  // namespace topheavy
