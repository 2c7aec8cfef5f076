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

// Whichever file of that kind the folder gives first: a glance for Format::recognises(), which sees a folder of
// thousands many times. nullopt where there is none, and for what cannot be read.
std::optional<std::string> find_file(const std::filesystem::path& folder, const NameTest& wanted);
// The same in all folders below.
std::optional<std::string> find_file_below(const std::filesystem::path& folder, const NameTest& wanted);

// "a.sql, b.sql"
std::string joined(const std::vector<std::string>& names);

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
