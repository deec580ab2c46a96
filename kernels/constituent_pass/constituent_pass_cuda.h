// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/constituent_pass/constituent_pass.h"
#include "kernels/device/panel.h"

// What is made constituent by constituent on a device.
namespace topheavy {

// All pointers are host memory. Where the panel does not fit beside what is made from it, constituents are worked on some
// at a time, which changes no bit. Throws as check_constituent_parts; out_of_device_memory where not even 32 fit.
void constituent_pass_cuda(device_panel& device, panel_view panel, const constituent_parts& parts);

}  // namespace topheavy
