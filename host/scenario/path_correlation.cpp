// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/scenario/path_correlation.h"

#include <algorithm>
#include <iterator>

namespace topheavy {
namespace {

// The value of a rank, from 0, below the sum of the histogram.
double binned_value(const std::uint32_t* histogram, std::uint64_t rank) {
  std::size_t bin = 0;
  for (; rank >= histogram[bin]; ++bin) rank -= histogram[bin];
  const double inside = (static_cast<double>(rank) + 0.5) / static_cast<double>(histogram[bin]);
  return -1.0 + (static_cast<double>(bin) + inside) * (2.0 / static_cast<double>(rho_bins));
}

path_correlation correlation_over(const figure_table& figures, std::size_t groups, std::size_t first_rho,
                                  const std::string& over) {
  path_correlation c;
  c.over = over;
  c.mean.assign(groups * groups, 1.0);
  c.p05 = c.p95 = c.mean;
  std::size_t rho = first_rho;
  for (std::size_t a = 0; a < groups; ++a) {
    for (std::size_t b = a + 1; b < groups; ++b, ++rho) {
      const std::uint64_t count = figures.rho_count[rho];
      if (count > 0) c.scenarios = c.scenarios == 0 ? count : std::min(c.scenarios, count);
      const std::uint32_t* const histogram = &figures.rho_histogram[rho * rho_bins];
      const auto set = [&](std::vector<double>& matrix, double value) {
        matrix[a * groups + b] = matrix[b * groups + a] = value;
      };
      set(c.mean, count > 0 ? figures.rho_sum[rho] / static_cast<double>(count) : not_known);
      set(c.p05, binned_percentile(histogram, count, 1));
      set(c.p95, binned_percentile(histogram, count, 19));
    }
  }
  return c;
}

bool is_correlated(const dimension& d) {
  return d.groups.size() >= 2 && d.groups.size() <= most_correlated_groups;
}

}  // namespace

std::vector<dimension> correlated_along_paths(const std::vector<dimension>& dimensions) {
  std::vector<dimension> correlated;
  std::copy_if(dimensions.begin(), dimensions.end(), std::back_inserter(correlated), is_correlated);
  return correlated;
}

std::vector<correlated_groups> correlated_groups_of(const std::vector<dimension>& dimensions) {
  std::vector<correlated_groups> correlated;
  std::uint32_t first = 0;
  for (const dimension& d : dimensions) {
    const auto count = static_cast<std::uint32_t>(d.groups.size());
    if (is_correlated(d)) correlated.push_back({first, count});
    first += count;
  }
  return correlated;
}

double binned_percentile(const std::uint32_t* histogram, std::uint64_t count, std::uint64_t twentieths) {
  if (count == 0) return not_known;
  const std::uint64_t steps = twentieths * (count - 1);
  const double here = binned_value(histogram, steps / 20);
  if (steps % 20 == 0) return here;
  const double next = binned_value(histogram, steps / 20 + 1);
  return here + static_cast<double>(steps % 20) / 20.0 * (next - here);
}

std::vector<dimension_path_correlation> path_correlations(const figure_table& figures,
                                                          const std::vector<dimension>& dimensions,
                                                          const std::vector<std::string>& regimes) {
  const auto pairs_of = [](const dimension& d) { return d.groups.size() * (d.groups.size() - 1) / 2; };
  std::size_t pairs = 0;
  for (const dimension& d : dimensions) pairs += pairs_of(d);
  std::vector<dimension_path_correlation> all;
  std::size_t first = 0;
  for (const dimension& d : dimensions) {
    dimension_path_correlation c{d.name, d.groups, {}};
    c.over.push_back(correlation_over(figures, d.groups.size(), first, "path"));
    for (std::size_t k = 0; k < regimes.size(); ++k) {
      c.over.push_back(correlation_over(figures, d.groups.size(), (k + 1) * pairs + first, regimes[k]));
    }
    all.push_back(std::move(c));
    first += pairs_of(d);
  }
  return all;
}

}  // namespace topheavy
