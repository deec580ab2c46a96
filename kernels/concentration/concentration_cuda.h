// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/concentration/concentration.h"
#include "kernels/device/buffer.h"
#include "kernels/device/launch.h"

// The CUDA body of concentration.h.
namespace topheavy {

// By constituent. All pointers are device memory of the ledger's device; workspace comes from the ledger, for as many
// days at a time as hold `caps_at_a_time` caps. Enqueues on the ledger's stream and returns. `threads` of a block and
// caps_at_a_time change the speed, never a bit. Throws out_of_device_memory.
void concentration_cuda(panel_view panel, concentration_result result, device_ledger& ledger,
                        std::size_t caps_at_a_time = tuning::sorted_caps,
                        unsigned threads = tuning::concentration);

// The same by entity; entities: a partition, checked on the host.
void concentration_cuda(panel_view panel, groups_view entities, concentration_result result,
                        device_ledger& ledger, std::size_t caps_at_a_time = tuning::sorted_caps,
                        unsigned threads = tuning::concentration);

}  // namespace topheavy
