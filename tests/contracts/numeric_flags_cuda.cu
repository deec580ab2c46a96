// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/device/buffer.h"
#include "tests/contracts/numeric_flags.h"

namespace topheavy {
namespace {

struct in_cu;

__global__ void evaluate_kernel(const numeric_inputs* inputs, numeric_answers* answers) {
  *answers = evaluate<in_cu>(*inputs);
}

}  // namespace

numeric_answers evaluate_on_host_of_cu(const numeric_inputs& inputs) { return evaluate<in_cu>(inputs); }

numeric_answers evaluate_on_device(const numeric_inputs& inputs) {
  const stream work;
  device_ledger ledger(work.ref());
  const device_buffer<numeric_inputs> there(ledger, 1, "inputs");
  const device_buffer<numeric_answers> answers(ledger, 1, "answers");
  there.copy_from(&inputs);
  evaluate_kernel<<<1, 1, 0, work.ref().get()>>>(there.data(), answers.data());
  check_launch();
  numeric_answers result = {};
  answers.copy_to(&result);
  work.ref().wait();
  return result;
}

}  // namespace topheavy
