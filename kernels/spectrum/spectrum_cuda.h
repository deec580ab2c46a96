// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/panel.h"
#include "kernels/spectrum/eigenvalues_cuda.h"
#include "kernels/spectrum/spectrum.h"

// The CUDA body of spectrum.h.
namespace topheavy {

// All pointers are host memory. As many sets at a time as fit; where the panel does not fit beside one of them, the
// set's days alone. Throws as check_day_sets and device_eigenvalues; out_of_device_memory where not even one set fits.
std::vector<absorption> absorption_ratios_cuda(device_panel& device, device_eigenvalues& eigenvalues,
                                               panel_view panel, const day_sets& sets,
                                               std::size_t components);

}  // namespace topheavy
