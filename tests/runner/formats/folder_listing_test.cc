#include "runner/formats/folder_listing.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "fixtures/temporary_directory.h"

using namespace drydock;
using Names = std::vector<std::string>;

namespace {

bool begins_with_v(std::string_view file) { return file.starts_with('V'); }

}  // namespace

TEST_CASE("A folder gives the names that are wanted in the order of their bytes, links to folders followed") {
  fixtures::TemporaryDirectory directory;
  for (const char* file : {"b.sql", "a.SQL", "notes.md", "V2.sql", "2024/V1.sql", "2024/x/V0.sql", "2024/readme"})
    directory.write(file, "");
  std::filesystem::create_directory_symlink(directory.path() / "2024", directory.path() / "linked");
  const Folder folder = directory.path();
  CHECK(folder.files() == Names{"V2.sql", "a.SQL", "b.sql"});
  CHECK(folder.files(begins_with_v) == Names{"V2.sql"});
  CHECK(folder.folders() == Names{"2024", "linked"});
  CHECK(folder.files_below(begins_with_v) ==
        Names{"2024/V1.sql", "2024/x/V0.sql", "V2.sql", "linked/V1.sql", "linked/x/V0.sql"});
  CHECK(folder.any_file(begins_with_v) == "V2.sql");
  CHECK_FALSE(folder.any_file([](std::string_view file) { return file == "V1.sql"; }));
  CHECK(folder.any_file_below([](std::string_view file) { return file == "V0.sql"; }).has_value());
  CHECK(folder.holds_folder([](std::string_view name) { return name == "2024"; }, "V1.sql"));
  CHECK_FALSE(folder.holds_folder([](std::string_view name) { return name == "2024"; }, "x"));
}

TEST_CASE("A folder that cannot be read is refused by whoever reads it, and is nothing to whoever looks what it is") {
  fixtures::TemporaryDirectory directory;
  directory.write("file.sql", "");
  for (const auto& path : {directory.path() / "missing", directory.path() / "file.sql"}) {
    CAPTURE(path);
    const Folder folder = path;
    CHECK_FALSE(folder.any_file(ends_in_sql));
    CHECK_FALSE(folder.any_file_below(ends_in_sql));
    CHECK_THROWS_AS(folder.files(), MigrationError);
    CHECK_THROWS_AS(folder.files_below(), MigrationError);
    CHECK_THROWS_AS(folder.folders(), MigrationError);
  }
}

TEST_CASE("A folder is listed once: what comes behind that is not seen") {
  fixtures::TemporaryDirectory directory;
  directory.write("a.sql", "");
  const Folder folder = directory.path();
  CHECK(folder.files().size() == 1);
  directory.write("b.sql", "");
  CHECK(folder.files().size() == 1);
  CHECK(Folder(directory.path()).files().size() == 2);
}
