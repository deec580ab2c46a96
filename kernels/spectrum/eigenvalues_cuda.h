// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/buffer.h"

#include <cstddef>
#include <memory>

// Eigenvalues by cuBLAS and cuSOLVER, whose last bits are theirs.
namespace topheavy {

class device_eigenvalues {
 public:
  device_eigenvalues();  // wakes the libraries up at first use, not here
  ~device_eigenvalues();

  // Matrices of `order` that are solved at once, at most.
  static std::size_t most_at_once(std::size_t order);

  // Bytes that of_products takes for each matrix of `order`, roughly.
  std::size_t bytes_each(device_ledger& ledger, std::size_t order);

  // z [matrices, rows, columns] row-major on the device: all eigenvalues of z z', or of z' z where columns are fewer, to
  // values [matrices, min(rows, columns)], host memory, ascending. Waits for the stream. Throws out_of_device_memory,
  // cuda_error, std::runtime_error where an eigenvalue is not found.
  void of_products(device_ledger& ledger, const double* z, std::size_t matrices, std::size_t rows,
                   std::size_t columns, double* values);

 private:
  struct libraries;
  libraries& awake(device_ledger& ledger);
  std::unique_ptr<libraries> libraries_;
};

}  // namespace topheavy
