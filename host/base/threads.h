// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace topheavy {

// How many threads this process may keep busy: the cores of its affinity mask (what Slurm's cpus-per-task or taskset
// leave), no more than its cgroup's CPU quota (what containers get), at least 1.
int available_threads();

}  // namespace topheavy
