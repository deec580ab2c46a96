// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scenario_figures/scenario_figures_cpu.h"

#include "kernels/scenario_figures/scenario_figures_core.h"

namespace topheavy {

void write_path_figures(const path_strip& strip, std::size_t groups, const figure_columns& columns,
                        std::size_t at) {
  for (std::size_t s = 0; s < strip.scenarios; ++s) {
    write_scenario_figures(strip, s, groups, columns, at + s);
  }
}

}  // namespace topheavy
