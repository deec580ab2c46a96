// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/contracts/numeric_flags.h"
#include "tests/support/bit_compare.h"

#include <limits>

namespace topheavy {

// (1 + e)(1 - e) - 1 with e = 2^-30: the product 1 - 2^-60 rounds to 1, so plain gives 0 and fused -2^-60.
inline const numeric_inputs probe = {
    1.0 + 0x1p-30, 1.0 - 0x1p-30, -1.0, 0x1p60, 1.0, 0x1p-520, std::numeric_limits<double>::quiet_NaN()};

inline void expect_plain(const numeric_answers& is) {
  EXPECT_TRUE(same_bits(is.multiply_add, 0.0)) << "contracted";
  EXPECT_TRUE(same_bits(is.rearranged, 0.0)) << "rearranged";
  EXPECT_TRUE(same_bits(is.subnormal, 0x1p-1040)) << "flushed to zero";
  EXPECT_EQ(is.is_a_number, 0.0) << "NaN assumed away";
}

// Whether this processor has the instruction that the probes are compiled for; without it nothing would be
// proved.
inline bool can_fuse() { return TOPHEAVY_CAN_FUSE; }

}  // namespace topheavy
