// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
//
// fuzz_seeds_<target> FILE_OR_FOLDER...: gives every file to the target of the fuzzer, for builds that have none. A
// broken promise ends the process; the last file printed is the one.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" std::size_t accepted_inputs();  // so far

namespace {

namespace fs = std::filesystem;

void run(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  std::printf("%s\n", file.c_str());
  std::fflush(stdout);
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

}  // namespace

int main(int count, char** arguments) {
  std::size_t files = 0;
  for (int i = 1; i < count; ++i) {
    const fs::path place = fs::absolute(arguments[i]);  // a target may change the working directory
    if (!fs::is_directory(place)) {
      run(place);
      ++files;
      continue;
    }
    std::size_t inside = 0;
    for (const auto& entry : fs::directory_iterator(place)) {
      if (!entry.is_regular_file()) continue;
      run(entry.path());
      ++inside;
    }
    if (inside == 0) {
      std::fprintf(stderr, "%s: holds no file\n", place.c_str());
      return 1;
    }
    files += inside;
  }
  const std::size_t accepted = accepted_inputs();
  std::printf("%zu seeds, %zu of them accepted\n", files, accepted);
  const bool both = files == 1 || (0 < accepted && accepted < files);
  if (!both)
    std::fprintf(stderr, "of the seeds some must be accepted and some refused, or they try little\n");
  return both ? 0 : 1;
}
