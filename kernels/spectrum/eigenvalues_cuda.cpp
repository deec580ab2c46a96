// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/spectrum/eigenvalues_cuda.h"

#include "kernels/device/range.h"
#include "kernels/device/transfer.h"

#include <algorithm>
#include <cstdint>
#include <cusolverDn.h>
#include <source_location>
#include <stdexcept>
#include <vector>

#include <cublas_v2.h>

namespace topheavy {
namespace {

[[noreturn]] void fail(const device_ledger& ledger, const std::string& what, bool for_memory,
                       std::source_location where) {
  if (for_memory) {
    throw out_of_device_memory("out of device memory: " + what + ", it finds none for itself" +
                               ledger.held());
  }
  throw cuda_error(std::string(where.file_name()) + ":" + std::to_string(where.line()) + ": " + what);
}
void check(const device_ledger& ledger, cublasStatus_t status,
           std::source_location where = std::source_location::current()) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  fail(ledger, std::string("cuBLAS: ") + cublasGetStatusString(status), status == CUBLAS_STATUS_ALLOC_FAILED,
       where);
}
void check(const device_ledger& ledger, cusolverStatus_t status,
           std::source_location where = std::source_location::current()) {
  if (status == CUSOLVER_STATUS_SUCCESS) return;
  fail(ledger, "cuSOLVER: status " + std::to_string(static_cast<int>(status)),
       status == CUSOLVER_STATUS_ALLOC_FAILED, where);
}

constexpr cusolverEigMode_t no_vectors = CUSOLVER_EIG_MODE_NOVECTOR;
constexpr cublasFillMode_t part_read = CUBLAS_FILL_MODE_UPPER;

}  // namespace

struct device_eigenvalues::libraries {
  explicit libraries(const device_ledger& ledger) {
    check(ledger, cublasCreate(&blas));
    check(ledger, cusolverDnCreate(&solver));
    check(ledger, cusolverDnCreateParams(&parameters));
    check(ledger, cublasSetStream(blas, ledger.stream().get()));
    check(ledger, cusolverDnSetStream(solver, ledger.stream().get()));
  }
  libraries(const libraries&) = delete;
  libraries& operator=(const libraries&) = delete;
  ~libraries() {
    cusolverDnDestroyParams(parameters);
    cusolverDnDestroy(solver);
    cublasDestroy(blas);
  }
  cublasHandle_t blas = nullptr;
  cusolverDnHandle_t solver = nullptr;
  cusolverDnParams_t parameters = nullptr;
};

device_eigenvalues::device_eigenvalues() = default;
device_eigenvalues::~device_eigenvalues() = default;

device_eigenvalues::libraries& device_eigenvalues::awake(device_ledger& ledger) {
  if (!libraries_) libraries_ = std::make_unique<libraries>(ledger);
  return *libraries_;
}

// XsyevBatched takes 2^30 numbers.
std::size_t device_eigenvalues::most_at_once(std::size_t order) {
  return std::max<std::size_t>(1, (std::size_t{1} << 30) / std::max<std::size_t>(1, order * order));
}

std::size_t device_eigenvalues::bytes_each(device_ledger& ledger, std::size_t order) {
  libraries& with = awake(ledger);
  std::size_t on_device = 0, on_host = 0;
  const auto n = static_cast<std::int64_t>(order);
  const device_buffer<double> not_read(ledger, 1, "place of a matrix");
  check(ledger, cusolverDnXsyevBatched_bufferSize(with.solver, with.parameters, no_vectors, part_read, n,
                                                  CUDA_R_64F, not_read.data(), n, CUDA_R_64F, not_read.data(),
                                                  CUDA_R_64F, &on_device, &on_host, 1));
  return on_device + sizeof(double) * order * (order + 1) + sizeof(int);
}

void device_eigenvalues::of_products(device_ledger& ledger, const double* z, std::size_t matrices,
                                     std::size_t rows, std::size_t columns, double* values) {
  const named_range range{"topheavy::spectrum::eigenvalues"};
  libraries& with = awake(ledger);
  const bool by_row = rows <= columns;
  const std::size_t order = std::min(rows, columns);
  const device_buffer<double> products(ledger, matrices * order * order, "products of returns");
  const output found(ledger, values, matrices * order, "eigenvalues");
  std::vector<int> failures(matrices);
  const output failed(ledger, failures.data(), matrices, "eigenvalues not found");

  // For the libraries, which read by columns, z is [columns, rows].
  const auto n = static_cast<int>(order);
  const auto inner = static_cast<int>(std::max(rows, columns));
  const auto leading = static_cast<int>(columns);
  const auto between = static_cast<long long>(rows * columns);
  const double one = 1.0, zero = 0.0;
  check(ledger, cublasDgemmStridedBatched(with.blas, by_row ? CUBLAS_OP_T : CUBLAS_OP_N,
                                          by_row ? CUBLAS_OP_N : CUBLAS_OP_T, n, n, inner, &one, z, leading,
                                          between, z, leading, between, &zero, products.data(), n,
                                          static_cast<long long>(order * order), static_cast<int>(matrices)));

  const auto count = static_cast<std::int64_t>(matrices);
  std::size_t on_device = 0, on_host = 0;
  check(ledger, cusolverDnXsyevBatched_bufferSize(with.solver, with.parameters, no_vectors, part_read, n,
                                                  CUDA_R_64F, products.data(), n, CUDA_R_64F, found.data(),
                                                  CUDA_R_64F, &on_device, &on_host, count));
  const device_buffer<char> work(ledger, on_device, "work of cuSOLVER");
  std::vector<char> host_work(on_host);
  check(ledger, cusolverDnXsyevBatched(with.solver, with.parameters, no_vectors, part_read, n, CUDA_R_64F,
                                       products.data(), n, CUDA_R_64F, found.data(), CUDA_R_64F, work.data(),
                                       on_device, host_work.data(), on_host, failed.data(), count));
  found.fetch();
  failed.fetch();
  ledger.stream().wait();
  for (std::size_t m = 0; m < matrices; ++m) {
    if (failures[m] == 0) continue;
    throw std::runtime_error("spectrum: cuSOLVER's XsyevBatched ended with " + std::to_string(failures[m]) +
                             " for a matrix of " + std::to_string(order));
  }
}

}  // namespace topheavy
