// A folder of drydock's own format, on disk.
#include "runner/formats/native.h"
#include "runner/formats/folder_listing.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

using namespace drydock;

namespace {

// An empty folder that goes with the object.
class TestFolder {
 public:
  TestFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "drydock-native-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() { std::filesystem::remove_all(path_); }

  TestFolder& with(const std::string& file, const std::string& text = "select 1;\n") {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file, std::ios::binary) << text;
    return *this;
  }
  const std::filesystem::path& path() const { return path_; }

  std::string error() const {
    try {
      NativeFormat().read(path_, {});
    } catch (const MigrationError& error) {
      return error.what();
    }
    return "";
  }

 private:
  std::filesystem::path path_;
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

MigrationFile versioned(const std::string& version) {
  MigrationFile file;
  file.version = Version(version);
  return file;
}

}  // namespace

TEST_CASE("Migrations come in the order of their versions, repeatable ones last by name") {
  TestFolder folder;
  folder.with("10_ten.sql").with("9_nine.sql").with("0001_one.sql").with("R__b.sql").with("R__a.sql");
  folder.with("0001_one.undo.sql").with("notes.txt").with("README.md").with("20261120103000_late.sql");
  std::filesystem::create_directory(folder.path() / "squashed");
  std::filesystem::create_directory(folder.path() / "old.sql");
  std::vector<std::string> ids;
  for (const MigrationFile& file : NativeFormat().read(folder.path(), {})) ids.push_back(id_of(file) + " " + file.name);
  CHECK(ids == std::vector<std::string>{"0001 one", "9 nine", "10 ten", "20261120103000 late", "R__a a", "R__b b"});
}

TEST_CASE("A file is read once, normalised and hashed") {
  TestFolder folder;
  folder.with("1_crlf.sql", "\xEF\xBB\xBFselect 1;\r\n").with("2_lf.sql", "select 1;\n").with("3_empty.sql", "");
  const auto files = NativeFormat().read(folder.path(), {});
  REQUIRE(files.size() == 3);
  CHECK(files[0].text == "select 1;\n");
  CHECK(files[0].text_checksum == files[1].text_checksum);
  CHECK(files[0].file == "1_crlf.sql");
  CHECK(files[0].path == folder.path() / "1_crlf.sql");
  CHECK(files[2].text.empty());
}

TEST_CASE("Files that end in .sql and fit no form are all named") {
  const char* misfits[] = {"create.sql", "1.sql",         "1_.sql",   "_x.sql",    "1-x.sql",  "V1__x.sql",
                           "R__.sql",    "R_x.sql",       "r__x.sql", "1_x.SQL",   ".1_x.sql", "1_.undo.sql",
                           "1a_x.sql",   "R__x.undo.sql", "1 x.sql",  "1_\xFF.sql"};
  TestFolder all;
  all.with("0001_fine.sql");
  for (const char* misfit : misfits) {
    CAPTURE(misfit);
    TestFolder folder;
    CHECK(contains(folder.with(misfit).error(), misfit));
    all.with(misfit);
  }
  for (const char* misfit : misfits) CHECK(contains(all.error(), misfit));
  CHECK_FALSE(contains(all.error(), "0001_fine.sql"));
}

TEST_CASE("Two files of one version are both named") {
  TestFolder folder;
  const std::string error = folder.with("0001_a.sql").with("1_b.sql").with("2_c.sql").error();
  CHECK(contains(error, "0001_a.sql and 1_b.sql"));
  CHECK_FALSE(contains(error, "2_c.sql"));
}

TEST_CASE("An undo needs its migration beside it") {
  TestFolder folder;
  CHECK(contains(folder.with("0001_a.sql").with("0001_b.undo.sql").error(), "0001_b.undo.sql undoes 0001_b.sql"));
}

TEST_CASE("What is no text is refused with file, line and offset") {
  struct Row {
    std::string bytes;
    const char* where;
    const char* why;
  };
  const Row rows[] = {
      {"select 1;\n-- caf\xE9\n", "1_x.sql:2: ", "byte offset 16"},
      {std::string("\xFF\xFEs\0e\0", 6), "1_x.sql:1: ", "byte offset 0"},
      {std::string("select 1;\n\n\0", 12), "1_x.sql:3: ", "NUL byte at byte offset 11"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.bytes);
    TestFolder folder;
    const std::string error = folder.with("1_x.sql", row.bytes).error();
    CHECK(error.starts_with(row.where));
    CHECK(contains(error, row.why));
  }
}

TEST_CASE("A folder that is not there says what to do") {
  TestFolder folder;
  const auto missing = folder.path() / "migrations";
  const std::vector<std::filesystem::path> paths = {missing, folder.with("file").path() / "file"};
  for (const auto& path : paths) {
    try {
      NativeFormat().read(path, {});
      FAIL("it was read");
    } catch (const MigrationError& error) {
      CHECK(contains(error.what(), path.string()));
      CHECK(contains(error.what(), "--migrations DIR"));
    }
  }
}

TEST_CASE("A folder whose migrations lie in folders below is no empty one") {
  const auto refusal = [](const std::string& file) { return TestFolder().with(file).error(); };
  CHECK(contains(refusal("v1.0/users.sql"), "v1.0/users.sql lies below it"));
  CHECK(contains(refusal("postgres/a/0001_users.sql"), "postgres/a/0001_users.sql lies below it"));
  CHECK(refusal("squashed/0001_users.sql") == "");
  CHECK(refusal(".cache/0001_users.sql") == "");
  CHECK(TestFolder().with("0001_users.sql").with("seeds/users.sql").error() == "");
}

TEST_CASE("A file that cannot be read is named") {
  TestFolder folder;
  std::filesystem::create_symlink("nowhere", folder.path() / "1_x.sql");
  CHECK(folder.error().starts_with("1_x.sql: cannot be read: "));
}

TEST_CASE("The next file name follows the numbers that are there") {
  struct Row {
    std::vector<MigrationFile> existing;
    const char* name;
    const char* expected;
  };
  MigrationFile repeatable;
  repeatable.kind = MigrationKind::repeatable;
  const Row rows[] = {
      {{}, "create_users", "0001_create_users.sql"},
      {{repeatable}, "x", "0001_x.sql"},
      {{versioned("0001"), versioned("0009")}, "x", "0010_x.sql"},
      {{versioned("9"), versioned("10")}, "x", "11_x.sql"},
      {{versioned("10"), versioned("9")}, "x", "11_x.sql"},
      {{versioned("99")}, "x", "100_x.sql"},
      {{versioned("000")}, "x", "001_x.sql"},
      {{versioned("99999999999999999999")}, "x", "100000000000000000000_x.sql"},
      {{versioned("99990101000000")}, "x", "99990101000001_x.sql"},
      {{versioned("1")}, "Add Index: users/(e-mail)!", "2_add_index_users_e_mail.sql"},
      {{versioned("1")}, "../etc", "2_etc.sql"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expected);
    CHECK(NativeFormat().next_files(row.existing, row.name).front().file == row.expected);
  }
  CHECK_THROWS_AS(NativeFormat().next_files({}, "!?"), MigrationError);
}

TEST_CASE("Where versions are timestamps the next one is the time in UTC") {
  const std::string name = NativeFormat().next_files({versioned("20200101000000")}, "x").front().file;
  CHECK(std::regex_match(name, std::regex("20[2-9][0-9]{11}_x\\.sql")));
  CHECK(Version("20200101000000") < Version(name.substr(0, 14)));
}

TEST_CASE("A format is found by its name or by the folder") {
  TestFolder folder;
  CHECK_FALSE(NativeFormat().recognises(folder.path()));
  CHECK_FALSE(NativeFormat().recognises(folder.path() / "missing"));
  CHECK(find_format("", folder.path())->name() == "native");
  CHECK(NativeFormat().recognises(folder.with("1_x.sql").path()));
  CHECK(find_format("native", folder.path())->name() == "native");
  CHECK(find_format("nonsense", folder.path()) == nullptr);
}

TEST_CASE("A thousand files are read in well under a second") {
  TestFolder folder;
  for (int version = 1; version <= 1000; ++version) folder.with(std::to_string(version) + "_x.sql");
  const auto start = std::chrono::steady_clock::now();
  CHECK(NativeFormat().read(folder.path(), {}).size() == 1000);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

namespace {

std::string baseline_text(const std::vector<std::string>& versions, const std::string& body = "select 1;\n") {
  BaselineHeader header;
  header.through = Version(versions.back());
  header.schema_hash = header.data_hash = sha256("");
  for (const std::string& version : versions)
    header.replaces.push_back({.version = Version(version), .checksum = sha256(version), .name = "m" + version});
  return compose(header) + body;
}

}  // namespace

TEST_CASE("A baseline is told by its first line and has the version of its header, whatever its name says") {
  TestFolder folder;
  folder.with("0002_baseline.sql").with("0009_init.sql", baseline_text({"0001", "0003"})).with("0003_left_over.sql");
  folder.with("0004_next.sql");
  const std::vector<MigrationFile> files = NativeFormat().read(folder.path(), {});
  REQUIRE(files.size() == 4);
  CHECK(files[0].kind == MigrationKind::versioned);
  CHECK(files[1].file == "0003_left_over.sql");
  CHECK(files[2].file == "0009_init.sql");
  CHECK(files[2].kind == MigrationKind::baseline);
  CHECK(files[2].version.text() == "0003");
  CHECK(files[2].name == "init");
  CHECK(id_of(files[2]) == "0003");
  CHECK(NativeFormat().next_files({files[2]}, "more").front().file == "0004_more.sql");
}

TEST_CASE("What a baseline replaced lies in squashed, earlier baselines beside their originals") {
  TestFolder folder;
  folder.with("0003_baseline.sql", baseline_text({"0001", "0002", "0003"}));
  CHECK(NativeFormat().read_squashed(folder.path()).empty());
  std::filesystem::create_directory(folder.path() / "squashed");
  folder.with("squashed/0001_one.sql").with("squashed/0002_two.sql").with("squashed/0003_three.sql");
  folder.with("squashed/0002_baseline.sql", baseline_text({"0001", "0002"})).with("squashed/0001_one.undo.sql");
  CHECK(NativeFormat().read(folder.path(), {}).size() == 1);
  const std::vector<MigrationFile> files = NativeFormat().read_squashed(folder.path());
  REQUIRE(files.size() == 4);
  CHECK(files[0].file == "squashed/0001_one.sql");
  CHECK(files[1].file == "squashed/0002_two.sql");
  CHECK(files[2].file == "squashed/0002_baseline.sql");
  CHECK(files[3].version.text() == "0003");
  std::filesystem::rename(folder.path() / "squashed/0001_one.sql", folder.path() / "0001_one.sql");
  CHECK(NativeFormat().read_squashed(folder.path()).size() == 3);
  folder.with("squashed/notes.sql");
  CHECK_THROWS_AS(NativeFormat().read_squashed(folder.path()), MigrationError);
}

TEST_CASE("Of two baselines one has to replace the other") {
  TestFolder folder;
  folder.with("0002_baseline.sql", baseline_text({"0001", "0002"}));
  folder.with("0003_baseline.sql", baseline_text({"0001", "0002", "0003"}));
  CHECK(folder.error().empty());
  folder.with("0003_baseline.sql", baseline_text({"0001", "0003"}));
  CHECK(contains(folder.error(), "0002_baseline.sql and 0003_baseline.sql are two squashed baselines"));
  folder.with("0003_baseline.sql", baseline_text({"0001", "0002"}, "select 2;\n"));
  CHECK(contains(folder.error(), "neither replaces the other"));
}

TEST_CASE("A header that does not fit is refused with file and line") {
  TestFolder folder;
  folder.with("0002_baseline.sql", "-- drydock:squash through=2 migrations=1 schema=md5:a data=md5:b\n");
  CHECK(contains(folder.error(), "0002_baseline.sql:1: "));
}
