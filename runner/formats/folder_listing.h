// What lies in a folder of migrations, by name, and what every format asks of its files before and after reading them.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "runner/migration/migration.h"

namespace drydock {

using NameTest = std::function<bool(std::string_view)>;

// Also .SQL: such a file is meant as a migration, and to pass over it in silence would lose it.
bool ends_in_sql(std::string_view file);
// Whether it is not empty and holds nothing but the digits 0 to 9.
bool is_digits(std::string_view text);

// A folder, listed once, when it is first asked for what is in it: every format looks whether it is its own before one
// of them reads it, and listing thousands of names anew for each took longer than all else of a run that finds nothing
// to do. What comes or goes behind that is not seen.
class Folder {
 public:
  // Not explicit: a path is as good as a folder that nobody has looked at yet.
  Folder(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  // The names of the files in it that are wanted, in the order of their bytes. Throws MigrationError where the folder
  // is not there or cannot be read.
  std::vector<std::string> files(const NameTest& wanted = ends_in_sql) const;
  // The same with those in folders below it, links followed, as "2024/V1__x.sql"; the test is given the last part.
  std::vector<std::string> files_below(const NameTest& wanted = ends_in_sql) const;
  // The names of the folders in it, in the order of their bytes. Throws as files() does.
  std::vector<std::string> folders() const;

  // For whoever asks what kind of folder it is; what cannot be read is as nothing. Whichever file of that kind the
  // system gives first; the same in all folders below, too; whether a folder of that kind holds a file of this name.
  std::optional<std::string> any_file(const NameTest& wanted) const;
  std::optional<std::string> any_file_below(const NameTest& wanted) const;
  bool holds_folder(const NameTest& wanted, std::string_view file) const;

 private:
  struct Names {
    std::vector<std::string> files, folders;
    std::error_code error;
  };
  const Names& names() const;
  const Names& names_below() const;  // the files of the folders in it, with their places, and no folders

  std::filesystem::path path_;
  mutable std::optional<Names> names_, names_below_;
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
