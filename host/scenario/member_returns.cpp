// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/member_returns.h"

namespace topheavy {

member_returns::member_returns(const panel& p, const history& h, missing_history missing)
    : ret_(p.ret.data()),
      constituents_(p.constituents()),
      sector_(group_of_constituents(h.daily_dimensions.front(), p.constituents())),
      sectors_(h.daily_dimensions.front().groups.size()),
      fill_(h.daily.groups.front().ret) {
  for (std::size_t t = 0; t < p.days(); ++t) {
    for (std::size_t s = 0; s < sectors_; ++s) {
      double& fill = fill_[t * sectors_ + s];
      fill = missing == missing_history::zero ? 0.0 : filled_return(fill, h.daily.index.index_return[t]);
    }
  }
}

}  // namespace topheavy
