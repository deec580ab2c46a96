// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
//
// device_limits: what the device allows at most, the best of several measurements by its events, as JSON. For gpu_verify.py,
// which holds the path engine and the operations of the history against it. Ends with 77 where there is no device.
//   copy_bytes             copy within the device's memory, bytes read and written a second
//   host_to_device_bytes, device_to_host_bytes   copies from and to pinned memory of the host
//   fma_instructions       fused products and sums in float32 in registers, instructions of threads a second: the rate of issue
//   shared_bytes           reads of shared memory, 16 bytes a thread, neighbours beside each other, bytes a second
//   cache_bytes            reads of 16 MiB by all, 16 bytes a thread, from the second-level cache
#include "kernels/device/buffer.h"
#include "kernels/device/launch.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>

namespace topheavy::bench {
namespace {

constexpr unsigned chains =
    16;  // independent of each other, in a thread: more than the latency of an instruction
constexpr unsigned threads = 512;
constexpr std::size_t words_in_shared = 2 * threads;  // of 16 bytes: 16 KiB, so that several blocks fit
constexpr std::size_t words_in_cache = std::size_t{1} << 20;

// The sums go where nobody looks unless they are impossible, so that nothing is left out as useless.
__device__ void keep(float value, float* never) {
  if (value == -1.0F) *never = value;
}

__global__ void __launch_bounds__(threads) fma_kernel(unsigned rounds, float a, float b, float* never) {
  float x[chains];
  for (unsigned i = 0; i < chains; ++i) x[i] = static_cast<float>(i + threadIdx.x);
  for (unsigned round = 0; round < rounds; ++round) {
#pragma unroll
    for (unsigned i = 0; i < chains; ++i) x[i] = __fmaf_rn(x[i], a, b);
  }
  float sum = 0.0F;
  for (const float value : x) sum += value;
  keep(sum, never);
}

__global__ void __launch_bounds__(threads) shared_kernel(unsigned rounds, float* never) {
  __shared__ float4 words[words_in_shared];
  for (unsigned i = threadIdx.x; i < words_in_shared; i += threads) {
    words[i] = make_float4(1.0F, 1.0F, 1.0F, 1.0F);
  }
  __syncthreads();
  const auto address = static_cast<unsigned>(__cvta_generic_to_shared(words + threadIdx.x));
  float sum = 0.0F;
  for (unsigned round = 0; round < rounds; ++round) {
#pragma unroll
    for (unsigned i = 0; i < chains; ++i) {
      float4 v;
      // volatile for the assembler as well, or it keeps what it has and reads no word whole
      asm volatile("ld.volatile.shared.v4.f32 {%0, %1, %2, %3}, [%4];"
                   : "=f"(v.x), "=f"(v.y), "=f"(v.z), "=f"(v.w)
                   : "r"(address + i % 2 * threads * 16));
      sum += (v.x + v.y) + (v.z + v.w);
    }
  }
  keep(sum, never);
}

__global__ void __launch_bounds__(threads) cache_kernel(const float4* words, unsigned rounds, float* never) {
  float sum = 0.0F;
  unsigned at = (blockIdx.x * threads + threadIdx.x) % words_in_cache;
  for (unsigned round = 0; round < rounds; ++round) {
#pragma unroll
    for (unsigned i = 0; i < chains; ++i) {
      float4 v;  // past the first-level cache
      asm volatile("ld.global.cg.v4.f32 {%0, %1, %2, %3}, [%4];"
                   : "=f"(v.x), "=f"(v.y), "=f"(v.z), "=f"(v.w)
                   : "l"(words + at));
      sum += (v.x + v.y) + (v.z + v.w);
      at = (at + gridDim.x * threads) % words_in_cache;
    }
  }
  keep(sum, never);
}

class device_limits {
 public:
  device_limits() : ledger_(work_.ref()), never_(ledger_, 1, "what is never written") {
    check(cudaGetDevice(&device_));
    check(cudaGetDeviceProperties(&properties_, device_));
  }

  void print() {
    constexpr std::size_t bytes = std::size_t{1} << 30;
    const device_buffer<char> here(ledger_, bytes, "a copy's source"),
        there(ledger_, bytes, "a copy's target");
    check(cudaMemsetAsync(here.data(), 0, bytes, on().get()));
    void* host = nullptr;
    check(cudaMallocHost(&host, bytes));
    const auto copy = [&](void* to, const void* from, cudaMemcpyKind kind, double moved) {
      return moved * rate(static_cast<double>(bytes),
                          [&] { check(cudaMemcpyAsync(to, from, bytes, kind, on().get())); });
    };
    std::printf("{\"device\": \"%s\", \"multiprocessors\": %d, \"cache\": %d,\n", properties_.name,
                properties_.multiProcessorCount, properties_.l2CacheSize);
    say("copy_bytes", copy(there.data(), here.data(), cudaMemcpyDeviceToDevice, 2.0));
    say("host_to_device_bytes", copy(there.data(), host, cudaMemcpyHostToDevice, 1.0));
    say("device_to_host_bytes", copy(host, there.data(), cudaMemcpyDeviceToHost, 1.0));
    check(cudaFreeHost(host));

    constexpr unsigned rounds = 4096;
    const auto blocks = static_cast<unsigned>(4 * properties_.multiProcessorCount);
    const double instructions = static_cast<double>(blocks) * threads * rounds * chains;
    const launch_shape shape = block_per_answer(blocks, threads);
    say("fma_instructions", rate(instructions, [&] {
          fma_kernel<<<shape.grid, shape.block, 0, on().get()>>>(rounds, 0.5F, 0.25F, never_.data());
        }));
    say("shared_bytes", 16.0 * rate(instructions, [&] {
                          shared_kernel<<<shape.grid, shape.block, 0, on().get()>>>(rounds, never_.data());
                        }));
    const device_buffer<float4> words(ledger_, words_in_cache, "what the cache holds");
    check(cudaMemsetAsync(words.data(), 0, words_in_cache * sizeof(float4), on().get()));
    say("cache_bytes", 16.0 * rate(instructions / 16.0, [&] {
                         cache_kernel<<<shape.grid, shape.block, 0, on().get()>>>(words.data(), rounds / 16,
                                                                                  never_.data());
                       }));
    std::printf("\"of\": 10}\n");
  }

 private:
  stream work_;
  device_ledger ledger_;
  device_buffer<float> never_;
  int device_ = 0;
  cudaDeviceProp properties_ = {};
  event start_, end_;

  stream_ref on() const { return work_.ref(); }

  static void say(const char* name, double value) { std::printf("\"%s\": %.6g,\n", name, value); }

  // amount(s) a second, the best of ten after one that warms up.
  double rate(double amount, const std::function<void()>& work) const {
    double best = 0.0;
    for (int round = 0; round < 11; ++round) {
      start_.record(on());
      work();
      check_launch();
      end_.record(on());
      on().wait();
      if (round > 0) best = std::max(best, amount / end_.seconds_since(start_));
    }
    return best;
  }
};

}  // namespace
}  // namespace topheavy::bench

int main() {
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
    std::fprintf(stderr, "SKIPPED: no device\n");
    return 77;
  }
  try {
    topheavy::bench::device_limits().print();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 1;
  }
}
