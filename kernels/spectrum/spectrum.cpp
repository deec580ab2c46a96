// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/spectrum/spectrum.h"

#include "kernels/core/portable.h"
#include "kernels/regime_moments/regime_moments_core.h"
#include "kernels/standardised_sums/standardised_sums_core.h"
#include "kernels/standardised_sums/taking_part.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <numbers>
#include <stdexcept>
#include <string>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/cache_aligned_allocator.h>
#include <oneapi/tbb/parallel_for.h>

// BLAS and LAPACK as Fortran compilers call them; the lengths of texts come last.
extern "C" {
void dsyrk_(const char* uplo, const char* trans, const int* n, const int* k, const double* alpha,
            const double* a, const int* lda, const double* beta, double* c, const int* ldc,
            std::size_t uplo_length, std::size_t trans_length);
void dsyevr_(const char* jobz, const char* range, const char* uplo, const int* n, double* a, const int* lda,
             const double* vl, const double* vu, const int* il, const int* iu, const double* abstol, int* m,
             double* w, double* z, const int* ldz, int* isuppz, double* work, const int* lwork, int* iwork,
             const int* liwork, int* info, std::size_t jobz_length, std::size_t range_length,
             std::size_t uplo_length);
// Only in OpenBLAS.
void openblas_set_num_threads(int threads) __attribute__((weak));
int openblas_get_parallel() __attribute__((weak));  // 0: built without threads
}

namespace topheavy {
namespace {

constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

// An OpenBLAS built without threads shares its memory among callers and guards it with nothing: two at once give wrong
// numbers. Held around every call where the library is such a one.
std::unique_lock<std::mutex> alone_in_library() {
  static std::mutex library;
  static const bool shared_unguarded = openblas_get_parallel != nullptr && openblas_get_parallel() == 0;
  return shared_unguarded ? std::unique_lock(library) : std::unique_lock<std::mutex>();
}

// The library's loops start where memory is aligned, so that only equal alignment gives equal bits.
using aligned = std::vector<double, oneapi::tbb::cache_aligned_allocator<double>>;

// Memory for one set of days, used again for the next; one thread's.
struct set_memory {
  std::vector<double> first, sum, squares, mean, per_sd;  // [N]
  std::vector<std::int32_t> count;                        // [N]
  std::vector<std::int32_t> taking_part;
  aligned z;  // [D, taking part] row-major
  aligned products, eigenvalues, work;
  std::vector<int> integer_work;
};

TOPHEAVY_CLONES void add_row(const double* ret, std::size_t constituents, double* first, double* sum,
                             double* squares, std::int32_t* count) {
  for (std::size_t n = 0; n < constituents; ++n) {
    add_value(ret[n], ret[n] == ret[n], first[n], sum[n], squares[n], count[n]);
  }
}

// Who takes part, and z.
void standardise(panel_view panel, const std::vector<std::int32_t>& days, set_memory& m) {
  const std::size_t count = panel.constituents;
  for (auto* values : {&m.first, &m.sum, &m.squares}) values->assign(count, 0.0);
  m.count.assign(count, 0);
  for (const std::int32_t t : days) {
    add_row(panel.ret + static_cast<std::size_t>(t) * count, count, m.first.data(), m.sum.data(),
            m.squares.data(), m.count.data());
  }
  m.taking_part.clear();
  m.mean.clear();
  m.per_sd.clear();
  for (std::size_t n = 0; n < count; ++n) {
    if (m.count[n] == 0) continue;
    const auto present = static_cast<double>(m.count[n]);
    const double mean = m.first[n] + m.sum[n] / present;
    const double sd =
        std::sqrt(squares_about_mean({m.first[n], m.sum[n], m.squares[n], m.count[n]}) / present);
    if (part_in_pairs(m.count[n], static_cast<std::int32_t>(days.size()), mean, sd) != part::taken) continue;
    m.taking_part.push_back(static_cast<std::int32_t>(n));
    m.mean.push_back(mean);
    m.per_sd.push_back(1.0 / sd);
  }
  const std::size_t used = m.taking_part.size();
  m.z.resize(days.size() * used);
  for (std::size_t d = 0; d < days.size(); ++d) {
    const double* ret = panel.ret + static_cast<std::size_t>(days[d]) * count;
    double* row = m.z.data() + d * used;
    for (std::size_t i = 0; i < used; ++i) {
      row[i] = standardised(ret[m.taking_part[i]], m.mean[i], m.per_sd[i]);
    }
  }
}

// The `wanted` largest eigenvalues of the symmetric matrix `products` [order, order], which is overwritten.
double sum_of_largest(set_memory& m, int order, int wanted) {
  const int lowest = order - wanted + 1;
  const double nothing = 0.0;
  int found = 0, failed = 0, no_vectors = 1, ask = -1, work_length = 0, integer_length = 0;
  int unused_support[2] = {0, 0};
  double unused_vector = 0.0, best_work = 0.0;
  int best_integer = 0;
  m.eigenvalues.resize(static_cast<std::size_t>(order));
  const auto solve = [&](double* work, const int* length, int* integers, const int* integers_length) {
    dsyevr_("N", "I", "U", &order, m.products.data(), &order, &nothing, &nothing, &lowest, &order, &nothing,
            &found, m.eigenvalues.data(), &unused_vector, &no_vectors, unused_support, work, length, integers,
            integers_length, &failed, 1, 1, 1);
  };
  solve(&best_work, &ask, &best_integer, &ask);
  work_length = static_cast<int>(best_work);
  integer_length = best_integer;
  m.work.resize(static_cast<std::size_t>(work_length));
  m.integer_work.resize(static_cast<std::size_t>(integer_length));
  solve(m.work.data(), &work_length, m.integer_work.data(), &integer_length);
  if (failed != 0 || found != wanted) {
    throw std::runtime_error("spectrum: LAPACK's dsyevr ended with " + std::to_string(failed) + " and " +
                             std::to_string(found) + " of " + std::to_string(wanted) + " eigenvalues");
  }
  double sum = 0.0;
  for (int i = 0; i < wanted; ++i) sum += m.eigenvalues[static_cast<std::size_t>(i)];
  return sum;
}

absorption ratio_of_set(panel_view panel, const std::vector<std::int32_t>& days, std::size_t components,
                        set_memory& m) {
  standardise(panel, days, m);
  const std::size_t used = m.taking_part.size();
  const auto takes_part = static_cast<std::int32_t>(used);
  if (const auto known = ratio_without_eigenvalues(used, days.size(), components))
    return {*known, takes_part};
  const bool by_day = days.size() < used;
  const auto order = static_cast<int>(by_day ? days.size() : used);
  const auto inner = static_cast<int>(by_day ? used : days.size());
  const auto leading = static_cast<int>(used);
  const double one = 1.0, zero = 0.0;
  m.products.resize(static_cast<std::size_t>(order) * static_cast<std::size_t>(order));
  const std::unique_lock<std::mutex> alone = alone_in_library();
  // For Fortran z is [taking part, D], column-major.
  dsyrk_("U", by_day ? "T" : "N", &order, &inner, &one, m.z.data(), &leading, &zero, m.products.data(),
         &order, 1, 1);
  double total = 0.0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(order); ++i) {
    total += m.products[i * (static_cast<std::size_t>(order) + 1)];
  }
  return {ratio_of_eigenvalues(sum_of_largest(m, order, static_cast<int>(components)), total), takes_part};
}

}  // namespace

void check_day_sets(panel_view panel, const day_sets& sets) {
  for (const std::vector<std::int32_t>& days : sets) {
    for (const std::int32_t t : days) {
      if (t >= 0 && static_cast<std::size_t>(t) < panel.days) continue;
      throw std::invalid_argument("spectrum: day " + std::to_string(t) + " of " + std::to_string(panel.days));
    }
  }
}

std::optional<double> ratio_without_eigenvalues(std::size_t used, std::size_t days, std::size_t components) {
  if (used == 0) return not_known;
  if (components >= std::min(used, days - 1))
    return 1.0;  // every z has a mean of 0: one degree less than days
  return std::nullopt;
}

double ratio_of_eigenvalues(double largest, double all) {
  const double ratio = largest / all;
  if (!(ratio > 0.0 && ratio < 1.0 + 1e-9)) {
    throw std::runtime_error("spectrum: the largest eigenvalues are " + std::to_string(ratio) + " of all");
  }
  return std::min(ratio, 1.0);
}

std::vector<absorption> absorption_ratios_cpu(panel_view panel, const day_sets& sets,
                                              std::size_t components) {
  check_day_sets(panel, sets);
  if (openblas_set_num_threads != nullptr) openblas_set_num_threads(1);  // threads are over sets
  std::vector<absorption> ratios(sets.size(), absorption{not_known, 0});
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, sets.size()), [&](const auto& range) {
    set_memory memory;
    for (std::size_t i = range.begin(); i < range.end(); ++i) {
      if (!sets[i].empty()) ratios[i] = ratio_of_set(panel, sets[i], components, memory);
    }
  });
  return ratios;
}

// The law's density is sqrt((upper - x)(x - lower)) / (2 pi q x), q = constituents / degrees of freedom, its edges
// (1 -/+ sqrt q)^2. With x = 1 + q + 2 sqrt(q) cos a both integrals from an angle a to the upper edge, a = 0, are closed:
//   of x times the density:  (a - sin a cos a) / pi, the share of the variance
//   of the density:          2 / pi ((1 + q) a / (4 q) - sin a / (2 sqrt q) - |1 - q| / (2 q) atan(r tan(a / 2))),
//                            r = |1 - sqrt q| / (1 + sqrt q), the share of the eigenvalues
// and the second is to be components / constituents.
double absorption_noise_floor(std::size_t days, std::size_t constituents, std::size_t components) {
  if (days < 2 || constituents == 0) return not_known;
  if (components >= std::min(constituents, days - 1)) return 1.0;
  const double q = static_cast<double>(constituents) / static_cast<double>(days - 1);
  const double root = std::sqrt(q);
  const double r = std::fabs(1.0 - root) / (1.0 + root);
  const double wanted = static_cast<double>(components) / static_cast<double>(constituents);
  const auto share_of_eigenvalues = [&](double a) {
    return 2.0 / std::numbers::pi *
           ((1.0 + q) * a / (4.0 * q) - std::sin(a) / (2.0 * root) -
            std::fabs(1.0 - q) / (2.0 * q) * std::atan(r * std::tan(0.5 * a)));
  };
  double low = 0.0, high = std::numbers::pi;
  for (int halving = 0; halving < 100; ++halving) {
    const double middle = 0.5 * (low + high);
    (share_of_eigenvalues(middle) < wanted ? low : high) = middle;
  }
  return (low - std::sin(low) * std::cos(low)) / std::numbers::pi;
}

}  // namespace topheavy
