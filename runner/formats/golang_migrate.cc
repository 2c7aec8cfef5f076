#include "runner/formats/golang_migrate.h"

#include "runner/formats/folder_listing.h"
#include "runner/formats/next_version.h"
#include "runner/formats/up_and_down.h"
#include "runner/sql/joined.h"

namespace drydock {
namespace {

bool is_directed(std::string_view file) { return parse_directed(file).has_value(); }

// What it would run whatever the ending is: "1_x.up.pgsql".
bool is_other_script(std::string_view file) {
  const std::size_t digits = std::min(file.find_first_not_of("0123456789"), file.size());
  if (digits == 0 || !file.substr(digits).starts_with('_') || ends_in_sql(file)) return false;
  return file.find(".up.") != std::string_view::npos || file.find(".down.") != std::string_view::npos;
}

bool is_wanted(std::string_view file) { return ends_in_sql(file) || is_other_script(file); }

}  // namespace

bool GolangMigrateFormat::recognises(const Folder& folder) const {
  return folder.any_file(is_directed) && !is_surely_native(folder);
}

std::vector<MigrationFile> GolangMigrateFormat::read(const Folder& folder, const FormatContext& /*context*/) const {
  const std::vector<std::string> files = folder.files(is_wanted);
  std::vector<std::string> others;
  for (const std::string& file : files)
    if (is_other_script(file)) others.push_back(file);
  if (!others.empty())
    throw MigrationError(folder.path().string(), 0,
                         "golang-migrate would run these, and drydock runs only what ends in .sql: " + joined(others) +
                             "; rename them, or move them elsewhere");
  refuse_misfits(folder.path(), files, is_directed, "<digits>_<name>.up.sql or <digits>_<name>.down.sql");
  UpAndDown pairs(folder.path());
  for (const std::string& file : files) pairs.add(file, *parse_directed(file));
  return pairs.take();
}

std::string GolangMigrateFormat::undo_place(const MigrationFile& migration) const {
  return down_file_of(migration.file);
}

std::vector<NewFile> GolangMigrateFormat::next_files(const std::vector<MigrationFile>& existing,
                                                     std::string_view name) const {
  return next_up_and_down(next_version(existing, "000001"), name);
}

}  // namespace drydock
