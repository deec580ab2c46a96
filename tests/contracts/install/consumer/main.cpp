// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/backend.h"

#include <cstdint>
#include <cstdio>

// A user of the installed kernels: one group of two constituents with caps 3 and 1 and returns of 1/2 and -1/2.
int main() {
  const double cap[] = {3.0, 1.0, 4.5, 0.5};
  const double ret[] = {0.0, 0.0, 0.5, -0.5};
  const std::int32_t offsets[] = {0, 2};
  const std::int32_t members[] = {0, 1};
  double base[2], base_return[2];
  const auto chosen = topheavy::choose_backend("cpu");
  topheavy::day_parts parts;
  parts.groups = {offsets, members, 1};
  parts.sums = {base, base_return};
  chosen.body->day_pass({cap, ret, 2, 2}, parts);
  std::printf("base %g, base_return %g\n", base[1], base_return[1]);
  return base[1] == 4.0 && base_return[1] == 1.0 ? 0 : 1;
}
