// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/order_statistics/selection.h"

#include <algorithm>

namespace topheavy {
namespace {

// Puts the values for which `goes_first` holds before the others and returns where those begin. Without a branch: which
// way a value goes is a coin's toss, and a wrong guess costs more than ten values.
template <typename Predicate>
double* parted(double* first, double* last, const Predicate& goes_first) {
  double* end = first;
  for (double* here = first; here != last; ++here) {
    const double x = *here;
    *here = *end;
    *end = x;
    end += goes_first(x) ? 1 : 0;
  }
  return end;
}

}  // namespace

double* select_in_order(double* first, double* at, double* last) {
  for (int round = 0; round < 40 && last - first > 32; ++round) {
    const double a = *first, b = first[(last - first) / 2], c = last[-1];
    const double pivot = std::max(std::min(a, b), std::min(std::max(a, b), c));
    double* const from_pivot = parted(first, last, [=](double v) { return v < pivot; });
    if (at < from_pivot) {
      last = from_pivot;
      continue;
    }
    first = parted(from_pivot, last, [=](double v) { return v <= pivot; });
    if (at < first) {  // one of those that equal the pivot
      last = first;
      first = from_pivot;
      break;
    }
  }
  std::nth_element(first, at, last);
  return last;
}

double next_in_order(const double* at, const double* end, const double* last) {
  return at + 1 < end ? *std::min_element(at + 1, end) : *std::min_element(end, last);
}

}  // namespace topheavy
