// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

// The folder that made_up_paths::write fills, for programs that share no flags with the project and so none of its code.
struct path_task {
  std::vector<std::uint64_t> sector;  // [sectors + 1] first constituent of each
  std::vector<float> start;           // [N]
  std::vector<float> ret;             // [T, N]
  std::vector<std::uint32_t> row;     // [S, H]
  std::vector<float> scale;           // [S, H]
  std::size_t horizon = 0;            // H

  std::size_t constituents() const { return start.size(); }
  std::size_t days() const { return ret.size() / start.size(); }
  std::size_t scenarios() const { return row.size() / horizon; }
};

template <typename Value>
std::vector<Value> read_all(const std::string& file) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  std::vector<Value> values(in ? static_cast<std::size_t>(in.tellg()) / sizeof(Value) : 0);
  in.seekg(0).read(reinterpret_cast<char*>(values.data()),
                   static_cast<std::streamsize>(values.size() * sizeof(Value)));
  if (!in || values.empty()) throw std::runtime_error("cannot read " + file);
  return values;
}

inline path_task read_path_task(const std::string& folder, std::size_t horizon) {
  path_task t;
  t.sector = read_all<std::uint64_t>(folder + "/sector.u64");
  t.start = read_all<float>(folder + "/start.f32");
  t.ret = read_all<float>(folder + "/ret.f32");
  t.row = read_all<std::uint32_t>(folder + "/row.u32");
  t.scale = read_all<float>(folder + "/scale.f32");
  t.horizon = horizon;
  if (horizon == 0 || t.row.size() % horizon != 0 || t.row.size() != t.scale.size() ||
      t.sector.back() != t.constituents()) {
    throw std::runtime_error("the files in " + folder + " do not belong together");
  }
  return t;
}
