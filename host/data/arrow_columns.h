// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/data/table_file.h"

#include <cstdint>
#include <filesystem>

#include <arrow/type_fwd.h>

namespace topheavy {

// Turns a column of Arrow into plain values. Throws error(data) for a type that the kind does not accept, and
// for the first row whose date is none, before 1900 or in the future; first_row is the row of the file it
// starts at.
column_values plain_values(const arrow::ChunkedArray& column, const column_request& wanted,
                           const std::filesystem::path& path, std::int64_t first_row);

}  // namespace topheavy
