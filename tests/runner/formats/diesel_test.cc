// Diesel's folder: up.sql, down.sql and metadata.toml in a folder for each migration.
#include <doctest/doctest.h>

#include "runner/formats/format_folder.h"

using namespace drydock;

TEST_CASE("Diesel's versions have no dashes, and that is what they are ordered by") {
  FormatFolder folder("diesel");
  folder.with("2017-09-23-182408_b/up.sql")
      .with("20170308140537_a/up.sql")
      .with("00000000000000_diesel_initial_setup/up.sql");
  folder.with("2017-09-23-182408_b/down.sql").with(".hidden/x").with("data.sql").with("README.md");
  std::filesystem::create_directory(folder.path() / "empty");
  CHECK(folder.detected() == "diesel");
  CHECK(folder.lines() == Lines{"00000000000000 diesel_initial_setup 00000000000000_diesel_initial_setup/up.sql",
                                "20170308140537 a 20170308140537_a/up.sql",
                                "20170923182408 b 2017-09-23-182408_b/up.sql"});
  CHECK(folder.read()[2].recorded_as == "20170923182408");
  CHECK(folder.read()[2].undo->file == "2017-09-23-182408_b/down.sql");
}

TEST_CASE("Diesel compares versions as text") {
  FormatFolder folder("diesel");
  folder.with("9_b/up.sql").with("10_a/up.sql");
  CHECK(folder.lines() == Lines{"10 a 10_a/up.sql", "9 b 9_b/up.sql"});
}

TEST_CASE("Whether a migration of Diesel's has a transaction stands in metadata.toml") {
  struct Row {
    const char* text;
    bool transaction_none;
  };
  const Row rows[] = {
      {"run_in_transaction = true\n", false},           {"run_in_transaction = false # slow\n", true},
      {"\"run_in_transaction\"=true", false},           {"# nothing said\n", true},
      {"note = \"run_in_transaction = true\"\n", true}, {"[other]\nrun_in_transaction = true\n", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    FormatFolder folder("diesel");
    folder.with("1_a/up.sql").with("1_a/down.sql").with("1_a/metadata.toml", row.text);
    CHECK(folder.read()[0].transaction_none == row.transaction_none);
    CHECK(folder.read()[0].undo->transaction_none == row.transaction_none);
  }
  FormatFolder folder("diesel");
  CHECK_FALSE(folder.with("1_a/up.sql").read()[0].transaction_none);
  CHECK(folder.with("1_a/metadata.toml", "\nrun_in_transaction = 1\n")
            .refuses("1_a/metadata.toml:2: run_in_transaction"));
  CHECK(folder.with("1_a/metadata.toml", "x = '''\n'''\n").refuses("string of several lines"));
}

TEST_CASE("Diesel's folders without up.sql, and two of one version, are refused by name") {
  FormatFolder folder("diesel");
  CHECK(folder.with("1_a/up.sql").with("2_rust/mod.rs").refuses("hold no up.sql: 2_rust"));
  FormatFolder twice("diesel");
  CHECK(twice.with("2024-01-01-000000_a/up.sql")
            .with("20240101000000_b/up.sql")
            .refuses("the same version 20240101000000"));
}

TEST_CASE("A new migration of Diesel's is a pair in a folder with dashes, or with the next number") {
  FormatFolder folder("diesel");
  const auto files = folder.with("9999-01-01-000000_a/up.sql").format().next_files(folder.read(), "Add posts");
  REQUIRE(files.size() == 2);
  CHECK(files[0].file == "9999-01-01-000001_add_posts/up.sql");
  CHECK(files[1].file == "9999-01-01-000001_add_posts/down.sql");
  FormatFolder counted("diesel");
  CHECK(counted.with("0009_a/up.sql").format().next_files(counted.read(), "b")[0].file == "0010_b/up.sql");
}
