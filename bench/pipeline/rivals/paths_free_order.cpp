// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
//
// paths_free_order FOLDER HORIZON: the rival of the path engine in C++ that may add in any order, a row of the history
// after the other. Built with -O3 -ffast-math for this machine's processor, which the project's own code must never be: it
// links nothing of it. For scenarios.py: waits for lines "DAYS SCENARIOS HHI TOP FILE" on stdin (HHI and TOP: 0 or 1; FILE: where
// the figures go, "-" for nowhere) and answers each with the seconds taken.
#include "bench/pipeline/path_task.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>

namespace {

constexpr std::size_t k = 10;
constexpr std::size_t wide = 64;  // sums at once, so that no addition waits for the one before

struct figures {
  std::vector<float> sector;                      // [S, days, sectors], kept as a user of the paths would
  std::vector<float> hhi, top;                    // [S, days]
  std::vector<float> index_return, max_drawdown;  // [S]
  std::vector<float> max_hhi, max_top;            // [S]
};

// The largest k: those of the day before first. Their least is a bound that few others reach.
class leaders {
 public:
  explicit leaders(const float* cap, std::size_t n) : n_(n) {
    for (std::size_t i = 0; i < n; ++i) found_.push_back(static_cast<std::uint32_t>(i));
    keep(cap);
  }

  float sum(const float* cap) {
    float bound = cap[slot_[0]];
    for (std::size_t i = 1; i < k; ++i) bound = std::min(bound, cap[slot_[i]]);
    found_.clear();
    for (std::size_t first = 0; first < n_; first += wide) {
      const std::size_t end = std::min(first + wide, n_);
      std::int32_t reach = 0;
      for (std::size_t i = first; i < end; ++i) reach += cap[i] >= bound ? 1 : 0;
      if (reach == 0) continue;
      for (std::size_t i = first; i < end; ++i) {
        if (cap[i] >= bound) found_.push_back(static_cast<std::uint32_t>(i));
      }
    }
    if (found_.size() != k) keep(cap);
    float total = 0.0F;
    for (const std::uint32_t i : slot_) total += cap[i];
    return total;
  }

 private:
  std::size_t n_;
  std::array<std::uint32_t, k> slot_{};
  std::vector<std::uint32_t> found_;

  void keep(const float* cap) {
    std::nth_element(found_.begin(), found_.begin() + (k - 1), found_.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return cap[a] > cap[b]; });
    std::copy_n(found_.begin(), k, slot_.begin());
  }
};

// The caps of a sector a day further: their sum, and that of their squares is added to `squares`.
template <bool hhi>
inline float sector_step(const float* __restrict ret, float scale, float* __restrict cap, std::size_t n,
                         float& squares) {
  float sum[wide] = {}, square[wide] = {};
  std::size_t i = 0;
  for (; i + wide <= n; i += wide) {
    for (std::size_t j = 0; j < wide; ++j) {
      float g = scale * ret[i + j] + 1.0F;
      g = g > 0.0F ? g : 0.0F;
      const float c = cap[i + j] * g;
      cap[i + j] = c;
      sum[j] += c;
      if (hhi) square[j] += c * c;
    }
  }
  float total = 0.0F, total_squares = 0.0F;
  for (std::size_t j = 0; j < wide; ++j) {
    total += sum[j];
    if (hhi) total_squares += square[j];
  }
  for (; i < n; ++i) {
    float g = scale * ret[i] + 1.0F;
    g = g > 0.0F ? g : 0.0F;
    const float c = cap[i] * g;
    cap[i] = c;
    total += c;
    if (hhi) total_squares += c * c;
  }
  squares += total_squares;
  return total;
}

template <bool hhi, bool top>
void walk(const path_task& t, std::size_t days, std::size_t scenarios, figures& out) {
  const std::size_t n = t.constituents(), sectors = t.sector.size() - 1;
  const leaders at_start(t.start.data(), n);
  float start = 0.0F;
  for (const float c : t.start) start += c;
#pragma omp parallel
  {
    const std::unique_ptr<float, decltype(&std::free)> memory(
        static_cast<float*>(std::aligned_alloc(64, (n * sizeof(float) + 63) / 64 * 64)), &std::free);
    float* const cap = memory.get();
#pragma omp for schedule(dynamic, 16)
    for (std::size_t s = 0; s < scenarios; ++s) {
      std::memcpy(cap, t.start.data(), n * sizeof(float));
      leaders largest = at_start;
      float total = start, peak = start, drawdown = 0.0F, max_hhi = 0.0F, max_top = 0.0F;
      for (std::size_t h = 0; h < days; ++h) {
        const float* const ret = t.ret.data() + n * t.row[s * t.horizon + h];
        const float scale = t.scale[s * t.horizon + h];
        float squares = 0.0F;
        total = 0.0F;
        for (std::size_t g = 0; g < sectors; ++g) {
          const std::size_t first = t.sector[g];
          const float sum =
              sector_step<hhi>(ret + first, scale, cap + first, t.sector[g + 1] - first, squares);
          out.sector[(s * days + h) * sectors + g] = sum;
          total += sum;
        }
        peak = std::max(peak, total);
        drawdown = std::max(drawdown, 1.0F - total / peak);
        if (hhi) {
          const float value = squares / (total * total);
          out.hhi[s * days + h] = value;
          max_hhi = std::max(max_hhi, value);
        }
        if (top) {
          const float value = largest.sum(cap) / total;
          out.top[s * days + h] = value;
          max_top = std::max(max_top, value);
        }
      }
      out.index_return[s] = total / start - 1.0F;
      out.max_drawdown[s] = drawdown;
      out.max_hhi[s] = max_hhi;
      out.max_top[s] = max_top;
    }
  }
}

void make_room(figures& out, std::size_t days, std::size_t scenarios, std::size_t sectors) {
  out.sector.resize(scenarios * days * sectors);
  out.hhi.resize(scenarios * days);
  out.top.resize(scenarios * days);
  for (auto* column : {&out.index_return, &out.max_drawdown, &out.max_hhi, &out.max_top})
    column->resize(scenarios);
}

// index_return, max_drawdown, max_hhi, max_top_10, one after the other; then the sums of sectors on the last day.
void write(const std::string& file, const figures& out, std::size_t days, std::size_t sectors) {
  std::ofstream to(file, std::ios::binary);
  const auto add = [&](const std::vector<float>& values) {
    to.write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(float)));
  };
  for (const auto* column : {&out.index_return, &out.max_drawdown, &out.max_hhi, &out.max_top}) add(*column);
  std::vector<float> last;
  for (std::size_t s = 0; s < out.index_return.size(); ++s) {
    const float* const day = out.sector.data() + (s * days + days - 1) * sectors;
    last.insert(last.end(), day, day + sectors);
  }
  add(last);
  if (!to.flush()) throw std::runtime_error("cannot write " + file);
}

void serve(const path_task& t) {
  figures out;
  std::size_t days = 0, scenarios = 0;
  bool hhi = false, top = false;
  std::string file;
  std::cout << "{\"constituents\": " << t.constituents() << "}" << std::endl;
  while (std::cin >> days >> scenarios >> hhi >> top >> file) {
    if (days > t.horizon || scenarios > t.scenarios()) throw std::runtime_error("the plans are too few");
    make_room(out, days, scenarios, t.sector.size() - 1);
    const auto start = std::chrono::steady_clock::now();
    if (hhi) {
      top ? walk<true, true>(t, days, scenarios, out) : walk<true, false>(t, days, scenarios, out);
    } else {
      top ? walk<false, true>(t, days, scenarios, out) : walk<false, false>(t, days, scenarios, out);
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (file != "-") write(file, out, days, t.sector.size() - 1);
    std::cout << "{\"seconds\": " << seconds.count() << "}" << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: paths_free_order FOLDER HORIZON\n");
    return 2;
  }
  try {
    serve(read_path_task(argv[1], static_cast<std::size_t>(std::atoll(argv[2]))));
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 1;
  }
}
