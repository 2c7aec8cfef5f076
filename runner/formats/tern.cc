#include "runner/formats/tern.h"

#include <algorithm>

#include "runner/formats/folder_listing.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/numbered_name.h"
#include "runner/formats/sections.h"

namespace drydock {
namespace {

constexpr std::string_view separator = "---- create above / drop below ----";
constexpr std::string_view without_transaction = "---- tern: disable-tx ----";

bool is_migration(std::string_view file) { return parse_numbered(file).has_value(); }

bool is_mark(std::string_view line) { return trimmed(line) == separator || line == without_transaction; }

void read_file(MigrationFile& migration) {
  const std::string text = text_of_file(migration.path, migration.file);
  const auto fail = [&](int line, const std::string& why) { throw MigrationError(migration.file, line, why); };
  SectionText up, down;
  bool below = false, down_without = false;
  LineReader lines(text);
  while (const std::optional<Line> line = lines.next()) {
    if (line->text.find("{{") != std::string_view::npos)
      fail(line->number, "holds a template of tern's ({{), which drydock does not fill in");
    if (!below && line->text.find(separator) != std::string_view::npos) {
      if (trimmed(line->text) != separator) fail(line->number, "the line that parts the sections holds more than that");
      below = true;
      continue;
    }
    if (line->text == without_transaction) (below ? down_without : migration.transaction_none) = true;
    (below ? down : up).add(*line);
  }
  set_text(migration, up.take());
  if (down.holds_anything()) migration.undo = UndoScript{migration.path, migration.file, down.take(), down_without};
}

// REQUIRES: in order, without duplicates.
void refuse_gaps(const std::filesystem::path& folder, const std::vector<MigrationFile>& migrations) {
  for (std::size_t at = 0; at < migrations.size(); ++at)
    if (migrations[at].recorded_as != std::to_string(at + 1))
      throw MigrationError(folder.string(), 0,
                           "tern's migrations are numbered from 1 without a gap, and in the place of " +
                               std::to_string(at + 1) + " stands " + migrations[at].file);
}

}  // namespace

// One that has a migration without a way back in front of its eyes may take the folder for drydock's own, which then
// refuses the first file that has one.
bool TernFormat::recognises(const Folder& folder) const {
  const auto file = folder.any_file(is_migration);
  if (!file) return false;
  std::error_code error;
  return std::filesystem::exists(folder.path() / "tern.conf", error) || holds_line(folder.path() / *file, is_mark);
}

std::vector<MigrationFile> TernFormat::read(const Folder& folder, const FormatContext& /*context*/) const {
  const std::vector<std::string> files = folder.files();
  refuse_misfits(folder.path(), files, is_migration, "<digits>_<name>.sql, from 1 on");
  std::vector<MigrationFile> migrations;
  migrations.reserve(files.size());
  for (const std::string& file : files) {
    MigrationFile& migration = migrations.emplace_back(numbered_file_in(folder.path(), file));
    read_file(migration);
  }
  put_in_order(folder.path(), migrations);
  refuse_gaps(folder.path(), migrations);
  return migrations;
}

std::vector<NewFile> TernFormat::next_files(const std::vector<MigrationFile>& existing, std::string_view name) const {
  return {{.file = next_version(existing, "001") + "_" + file_name_of(name) + ".sql",
           .text = "-- " + std::string(name) + "\n\n" + std::string(separator) + "\n\n"}};
}

}  // namespace drydock
