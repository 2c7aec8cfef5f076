// What lies in a folder of migrations, by name, and what every format asks of its files before and after reading them.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/migration/migration.h"

namespace drydock {

using NameTest = std::function<bool(std::string_view)>;

// Also .SQL: such a file is meant as a migration, and to pass over it in silence would lose it.
bool ends_in_sql(std::string_view file);
// Whether it is not empty and holds nothing but the digits 0 to 9.
bool is_digits(std::string_view text);

// The names of the files that are wanted, in the order of their bytes. Throws MigrationError where the folder is not
// there or cannot be read.
std::vector<std::string> list_files(const std::filesystem::path& folder, const NameTest& wanted = ends_in_sql);
// The same with those in folders below it, links followed, as "2024/V1__x.sql"; the test is given the last part.
std::vector<std::string> list_files_below(const std::filesystem::path& folder, const NameTest& wanted = ends_in_sql);
// The names of the folders in it, in the order of their bytes. Throws as list_files() does.
std::vector<std::string> list_folders(const std::filesystem::path& folder);

// A look at a folder for whoever asks what it is: each format does, and listing thousands of names again for each took
// longer than all else of a run that finds nothing to do. What is there is listed when it is first asked for, and what
// cannot be read is as nothing.
class FolderGlance {
 public:
  explicit FolderGlance(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  // Whichever file of that kind the system gives first.
  std::optional<std::string> file(const NameTest& wanted) const;
  // The same in it and in all folders below: "2024/V1__x.sql". The test is given the last part.
  std::optional<std::string> file_below(const NameTest& wanted) const;
  // Whether a folder of that kind holds a file of this name.
  bool holds_folder(const NameTest& wanted, std::string_view file) const;

 private:
  struct Names {
    std::vector<std::string> files, folders;
  };
  const Names& names() const;
  const std::vector<std::string>& files_below() const;

  std::filesystem::path path_;
  mutable std::optional<Names> names_;
  mutable std::optional<std::vector<std::string>> files_below_;
};

// Throws MigrationError, with all their names, where files do not fit. `form` is what a name looks like.
void refuse_misfits(const std::filesystem::path& folder, const std::vector<std::string>& files, const NameTest& fits,
                    const std::string& form);
// In the order of stands_before(). Throws MigrationError where two versioned files have one version, or two repeatable
// ones one name.
void put_in_order(const std::filesystem::path& folder, std::vector<MigrationFile>& migrations);

// Gives each version its place, where the order is not that of the numbers. Throws MigrationError where two files have
// one version. REQUIRES: they are versioned, and in their format's own order.
void put_in_places(const std::filesystem::path& folder, std::vector<MigrationFile>& migrations);

}  // namespace drydock
