// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/core/philox.h"

#include <cstdint>

#include <gtest/gtest.h>
#if defined(TOPHEAVY_HAS_RANDOM123)
#include <Random123/philox.h>
#endif

namespace topheavy {
namespace {

TEST(philox_oracle, agrees_with_random123) {
#if defined(TOPHEAVY_HAS_RANDOM123)
  r123::Philox4x32 theirs;
  random_block counter{{1, 2, 3, 4}};
  std::uint32_t key[2] = {5, 6};
  for (int i = 0; i < 100000; ++i) {
    const random_block ours = philox4x32_10(counter, key[0], key[1]);
    const auto expected = theirs({{counter.word[0], counter.word[1], counter.word[2], counter.word[3]}},
                                 r123::Philox4x32::key_type{{key[0], key[1]}});
    for (unsigned w = 0; w < 4; ++w) ASSERT_EQ(ours.word[w], expected[w]) << "step " << i << " word " << w;
    counter = ours;  // so that every bit of counter and key is tried
    key[i % 2] ^= ours.word[i % 4];
  }
#else
  GTEST_SKIP() << "built without Random123/philox.h (Debian: librandom123-dev)";
#endif
}

}  // namespace
}  // namespace topheavy
