// SPDX-FileCopyrightText: 2026 The topheavy authors
// SPDX-License-Identifier: Apache-2.0
#include "host/base/child.h"
#include "host/base/error.h"
#include "host/base/sha256.h"
#include "host/base/text_file.h"
#include "host/report/digest.h"
#include "host/report/page.h"
#include "host/report/run_folder.h"
#include "host/report/table.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <unistd.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace topheavy {
namespace {

namespace fs = std::filesystem;

class Folder : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "topheavy-report-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root = name;
  }
  void TearDown() override { fs::remove_all(root); }

  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(root), fs::directory_iterator()));
  }
  void finish(const std::string& text, bool force = false) const {
    run_folder folder(root / "run", force);
    write_text(folder.path() / "manifest.json",
               R"({"schema": "topheavy.manifest/1", "outputs": [{"file": "x"}]})");
    write_text(folder.path() / "x", text);
    folder.publish();
  }
  std::string text() const {
    std::ifstream in(root / "run" / "x");
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path root;
};

TEST_F(Folder, AppearsWholeOrNotAtAll) {
  {
    run_folder folder(root / "run", false);
    write_text(folder.path() / "manifest.json", "x");
    EXPECT_FALSE(fs::exists(root / "run"));
  }
  EXPECT_EQ(entries(), 0U);
  finish("one");
  EXPECT_EQ(text(), "one");
  EXPECT_EQ(entries(), 1U);
  EXPECT_FALSE(fs::exists(root / "run" / ".lock"));
}

TEST_F(Folder, AFinishedRunIsReplacedOnlyWhenAsked) {
  finish("one");
  EXPECT_THROW(finish("two"), error);
  EXPECT_EQ(text(), "one");
  finish("two", true);
  EXPECT_EQ(text(), "two");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(Folder, AFolderThatIsNoRunIsNeverReplaced) {
  fs::create_directory(root / "run");
  std::ofstream(root / "run" / "thesis.tex") << "years of work";
  EXPECT_THROW(finish("one", true), error);
  EXPECT_TRUE(fs::exists(root / "run" / "thesis.tex"));
}

TEST_F(Folder, AManifestOfSomethingElseOrAStrangersFileIsNoRun) {
  finish("one");
  std::ofstream(root / "run" / "notes.txt") << "mine";
  EXPECT_THROW(finish("two", true), error);
  fs::remove(root / "run" / "notes.txt");
  std::ofstream(root / "run" / "manifest.json") << R"({"manifest_version": 3})";
  EXPECT_THROW(finish("two", true), error);
  EXPECT_EQ(text(), "one");
}

TEST_F(Folder, APageMadeLaterIsNoStrangersFile) {
  finish("one");
  for (const std::string_view file : page_files) std::ofstream(root / "run" / file) << "made by hand";
  finish("two", true);
  EXPECT_EQ(text(), "two");
  EXPECT_FALSE(fs::exists(root / "run" / page_files[0]));
}

TEST_F(Folder, KeepsOnlyWhatItIsTold) {
  run_folder folder(root / "run", false);
  write_text(folder.path() / "summary.json", "{}");
  write_text(folder.path() / "report.html.partial", "half");
  fs::create_directories(folder.path() / "cache" / "deep");
  folder.keep_only({"summary.json", "manifest.json"});
  EXPECT_TRUE(fs::exists(folder.path() / "summary.json"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST_F(Folder, WhatAKilledRunLeftIsRemovedButNotWhatAnotherRunWrites) {
  fs::create_directory(root / ".run.partial-killed");
  fs::create_directory(root / ".yesterday.partial-killed");
  std::ofstream(root / ".yesterday.partial-locked.lock") << "";
  fs::create_directory(root / ".partial-killed");
  fs::create_directory(root / ".run.partial-of-another-program");
  run_folder living(root / "run", false);
  EXPECT_FALSE(fs::exists(root / ".run.partial-killed"));
  EXPECT_FALSE(fs::exists(root / ".yesterday.partial-killed"));
  EXPECT_FALSE(fs::exists(root / ".yesterday.partial-locked.lock"));
  EXPECT_TRUE(fs::exists(root / ".partial-killed"));
  EXPECT_TRUE(fs::exists(root / ".run.partial-of-another-program"));
  finish("two");
  EXPECT_TRUE(fs::exists(living.path()));
}

TEST(Digest, ChangesWithEveryBitAndNotWithTheRun) {
  const auto digest = [](double value, const std::string& column, const std::string& backend) {
    table t{.name = "daily", .columns = {}};
    t.columns.emplace_back(column, number_column{1.0, value});
    return digest_of({{"schema", "s"}, {"name", backend}, {"run", {{"backend", backend}}}, {"level", 1.5}},
                     {t});
  };
  const std::string one = digest(0.1, "weight", "cpu");
  EXPECT_EQ(one, digest(0.1, "weight", "cuda"));
  EXPECT_NE(one, digest(std::nextafter(0.1, 1.0), "weight", "cpu"));
  EXPECT_NE(one, digest(0.1, "return", "cpu"));
  EXPECT_EQ(digest(0.0, "weight", "cpu"), digest(-0.0, "weight", "cpu"));
  EXPECT_EQ(digest(std::nan("1"), "weight", "cpu"), digest(-std::nan("2"), "weight", "cpu"));
}

TEST(Child, IsTypedAsAShellReadsIt) {
  EXPECT_EQ(shell_words({"python3", "/a b/report.py", "it's", "", "$HOME"}),
            R"(python3 '/a b/report.py' 'it'\''s' '' '$HOME')");
}

TEST(Child, TellsHowItEndedAndWhatItSaid) {
  const child_end end = run_child({"sh", "-c", "read line || echo nothing to read; echo error >&2; exit 3"});
  EXPECT_EQ(end.status, 3);
  EXPECT_EQ(end.output, "nothing to read\nerror");
  EXPECT_EQ(run_child({"sh", "-c", "kill -9 $$"}).status, 128 + 9);
  EXPECT_THROW(run_child({"/no/such/program"}), error);
  // The end of what is said, and all of it is taken, so that nobody waits.
  const child_end long_end = run_child({"sh", "-c", "yes 0123456789 | head -n 100000; echo last"});
  EXPECT_EQ(long_end.status, 0);
  EXPECT_LE(long_end.output.size(), 64U * 1024);
  EXPECT_TRUE(long_end.output.ends_with("\nlast"));
  // It ends where the child does, though something that it has started still holds its output.
  EXPECT_EQ(run_child({"sh", "-c", "sleep 5 & echo gone"}).output, "gone");
}

TEST(Sha256, KnownAnswers) {  // FIPS 180-4, one block and none
  sha256 abc;
  abc.add("abc", 3);
  EXPECT_EQ(abc.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256().hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_F(Folder, TheSameTableGivesTheSameBytes) {
  table t{.name = "t", .columns = {}};
  t.columns.emplace_back("date", date_column{from_days(20000), from_days(20001)});
  t.columns.emplace_back("group", text_column{{"a", "b"}, {1, 0}});
  t.columns.emplace_back("weight", number_column{0.5, std::numeric_limits<double>::quiet_NaN()});
  t.columns.emplace_back("members", count_column{1, 2});
  t.columns.emplace_back("after_gap", flag_column{0, 1});
  EXPECT_EQ(t.rows(), 2U);
  write_parquet(t, root);
  const std::string first = sha256_of_file(root / "t.parquet");
  write_parquet(t, root);
  EXPECT_EQ(sha256_of_file(root / "t.parquet"), first);
  EXPECT_THROW(write_parquet(t, root / "absent"), error);
}

}  // namespace
}  // namespace topheavy
