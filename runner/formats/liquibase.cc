#include "runner/formats/liquibase.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "runner/formats/folder_listing.h"
#include "runner/formats/liquibase_changelog.h"
#include "runner/formats/liquibase_changesets.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/ordered_versions.h"

namespace drydock {
namespace {

constexpr std::string_view separator = "::";

std::string label_of(const Changeset& changeset) { return changeset.author + ":" + changeset.id; }

// A file without the first line of formatted SQL is one changeset, which Liquibase names so.
Changeset whole_file(std::string text) {
  Changeset changeset;
  changeset.author = "includeAll";
  changeset.id = "raw";
  changeset.text = std::move(text);
  return changeset;
}

struct Found {
  ChangelogFile file;
  Changeset changeset;
};

std::vector<Found> read_files(const Folder& folder, const FormatContext& context) {
  std::vector<Found> found;
  std::map<std::string, std::string> properties;
  for (const ChangelogFile& file : list_changelog_files(folder)) {
    std::string text = text_of_file(file.path, file.file);
    if (!is_formatted_sql(text)) {
      found.push_back({file, whole_file(std::move(text))});
      continue;
    }
    for (Changeset& changeset : read_changesets(text, file.file, context, properties))
      found.push_back({file, std::move(changeset)});
  }
  return found;
}

// Liquibase tells changesets apart by file, author and id together.
void refuse_same(const std::vector<Found>& found) {
  std::map<std::string, const Found*> known;
  for (const Found& each : found) {
    const std::string file = each.changeset.logical_file.empty() ? each.file.file : each.changeset.logical_file;
    const auto [earlier, added] = known.emplace(file + std::string(separator) + label_of(each.changeset), &each);
    if (!added)
      throw MigrationError(each.file.file, each.changeset.line,
                           label_of(each.changeset) + " is there already, on line " +
                               std::to_string(earlier->second->changeset.line) + ": give one of them another id");
  }
}

MigrationFile migration_of(Found& found, const std::map<std::string, int>& count) {
  const Changeset& changeset = found.changeset;
  const std::string label = label_of(changeset);
  const std::string file = changeset.logical_file.empty() ? found.file.file : changeset.logical_file;
  const bool alone = count.at(label) == 1;
  MigrationFile migration;
  migration.path = found.file.path;
  migration.file = found.file.file;
  migration.transaction_none = changeset.transaction_none;
  // Which path Liquibase recorded depends on how it was called, unless the file says so.
  migration.recorded_as = alone && changeset.logical_file.empty() ? label
                                                                  : file + std::string(separator) + changeset.id +
                                                                        std::string(separator) + changeset.author;
  migration.recorded_checksum = changeset.checksum;
  migration.name = alone ? label : file + std::string(separator) + label;
  if (changeset.has_rollback)
    migration.undo = UndoScript{.path = found.file.path,
                                .file = found.file.file,
                                .text = changeset.rollback,
                                .transaction_none = changeset.transaction_none};
  set_text(migration, std::move(found.changeset.text));
  return migration;
}

// "004-add-users.sql" -> digits, and what stands between them and the name.
std::string next_number(const std::vector<MigrationFile>& existing) {
  std::string last;
  for (const MigrationFile& file : existing) {
    const std::string digits = leading_digits(file.path.filename().string());
    if (!digits.empty() && (last.empty() || Version(last) < Version(digits))) last = digits;
  }
  if (last.empty()) return next_version({});
  MigrationFile file;
  file.version = Version(last);
  return next_version({file});
}

std::string author() {
  const char* user = std::getenv("USER");
  return user != nullptr && *user != '\0' ? user : "drydock";
}

}  // namespace

bool LiquibaseFormat::recognises(const Folder& folder) const {
  try {
    if (find_master_changelog(folder)) return true;
    const std::optional<std::string> file = folder.any_file_below(ends_in_sql);
    return file && is_formatted_sql(text_of_file(folder.path() / *file, *file));
  } catch (const MigrationError&) {
    return false;  // whatever it is, reading it says what is wrong
  }
}

std::vector<MigrationFile> LiquibaseFormat::read(const Folder& folder, const FormatContext& context) const {
  std::vector<Found> found = read_files(folder, context);
  refuse_same(found);
  std::map<std::string, int> count;
  for (const Found& each : found) ++count[label_of(each.changeset)];
  std::vector<MigrationFile> migrations;
  for (Found& each : found) {
    MigrationFile migration = migration_of(each, count);
    if (each.changeset.run_on_change)
      migration.kind = MigrationKind::repeatable;
    else
      migration.version = Version(migration.name, migrations.size() + 1);
    migrations.push_back(std::move(migration));
  }
  put_in_order(folder.path(), migrations);
  return migrations;
}

std::vector<NewFile> LiquibaseFormat::next_files(const std::vector<MigrationFile>& existing,
                                                 std::string_view name) const {
  const std::string number = next_number(existing);
  const std::string id = number + "_" + file_name_of(name);
  std::string place;
  if (!existing.empty()) place = std::filesystem::path(existing.back().file).parent_path().string();
  return {{.file = (place.empty() ? "" : place + "/") + id + ".sql",
           .text = "--liquibase formatted sql\n\n--changeset " + author() + ":" + id +
                   "\n--comment: " + std::string(name) + "\n\n"}};
}

}  // namespace drydock
