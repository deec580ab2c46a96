// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/day_pass/day_pass.h"
#include "kernels/device/panel.h"
#include "kernels/standardised_sums/standardised_sums.h"

// What is made day by day on a device. All pointers are host memory. Where the panel does not fit beside what is made
// from it, days are worked on some at a time, each chunk with the day before its first; that changes no bit.
namespace topheavy {

// Throws as check_day_parts; out_of_device_memory where not even one day fits.
void day_pass_cuda(device_panel& device, panel_view panel, const day_parts& parts);

// Throws as check_standardised_sums; out_of_device_memory where not even one day fits.
void standardised_sums_cuda(device_panel& device, panel_view panel, const standardised_days& days,
                            groups_view groups, double* sum);

}  // namespace topheavy
