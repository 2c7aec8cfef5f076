#include "runner/formats/atlas.h"

#include <algorithm>
#include <iterator>

#include "runner/formats/atlas_sum.h"
#include "runner/formats/delimiter.h"
#include "runner/formats/folder_listing.h"
#include "runner/formats/migration_folders.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/ordered_versions.h"
#include "runner/formats/sections.h"

namespace drydock {
namespace {

constexpr std::string_view ending = ".sql";

std::string version_of(std::string_view stem) { return std::string(stem.substr(0, stem.find('_'))); }

struct Directive {
  std::string_view word;  // empty: no directive
  std::string_view value;
};

// "-- atlas:txmode none"
Directive directive_in(std::string_view line) {
  constexpr std::string_view mark = "atlas:";
  const std::size_t at = line.find(mark);
  if (at == std::string_view::npos) return {};
  std::string_view value = line.substr(at + mark.size());
  const std::string_view word = take_word(value);
  return {word, trimmed_end(value)};
}

// What the comment that opens the file says.
struct Header {
  bool checkpoint = false;
  bool transaction_none = false;
  bool sections = false;  // -- atlas:txtar
  std::string delimiter;
};

void apply(Header& header, const Directive& directive, const Line& line, const std::string& file) {
  if (directive.word == "txmode") {
    if (directive.value != "none" && directive.value != "file" && directive.value != "all")
      throw MigrationError(file, line.number, "atlas:txmode is one of file, all and none");
    header.transaction_none = directive.value == "none";
  } else if (directive.word == "checkpoint") {
    header.checkpoint = true;
  } else if (directive.word == "txtar") {
    header.sections = true;
  } else if (directive.word == "import") {
    throw MigrationError(file, line.number, "atlas:import reads other files, which cannot be honoured here");
  }
}

// Atlas takes the directives of an opening comment only where an empty line follows it; the delimiter, which has to be
// on the first line, always.
Header header_of(std::string_view text, const std::string& file) {
  Header header;
  LineReader lines(text);
  std::vector<Line> comment;
  std::optional<Line> line = lines.next();
  for (; line && (line->text.starts_with("--") || line->text.starts_with('#')); line = lines.next())
    comment.push_back(*line);
  if (!comment.empty() && comment[0].text.starts_with("-- atlas:delimiter ")) {
    header.delimiter = unescaped(directive_in(comment[0].text).value);
    if (header.delimiter.empty()) throw MigrationError(file, 1, "atlas:delimiter names none");
  }
  if (line && !line->text.empty()) return header;
  for (const Line& each : comment) apply(header, directive_in(each.text), each, file);
  return header;
}

// "-- migration.sql --" -> "migration.sql"
std::string_view section_named(std::string_view line) {
  if (!line.starts_with("-- ") || !line.ends_with(" --") || line.size() < 7) return {};
  const std::string_view name = trimmed(line.substr(3, line.size() - 6));
  return name.find(' ') == std::string_view::npos ? name : std::string_view();
}

// An archive: the migration, what takes it back, and checks of the data before it.
void read_sections(MigrationFile& migration, std::string_view text) {
  SectionText up, down;
  std::string_view section;
  LineReader lines(text);
  while (const std::optional<Line> line = lines.next()) {
    if (const std::string_view name = section_named(line->text); name.ends_with(ending)) {
      section = name;
      if (name != "migration.sql" && name != "down.sql")
        throw MigrationError(migration.file, line->number,
                             "holds the section " + std::string(name) +
                                 ", which drydock does not run: put what it checks into the migration, or take it out");
      continue;
    }
    if (section == "migration.sql") up.add(*line);
    if (section == "down.sql") down.add(*line);
  }
  set_text(migration, up.take());
  if (down.holds_anything())
    migration.undo = UndoScript{.path = migration.path,
                                .file = migration.file,
                                .text = down.take(),
                                .transaction_none = migration.transaction_none};
}

void read_content(MigrationFile& migration, std::string text, const Header& header, Dialect dialect) {
  migration.transaction_none = header.transaction_none;
  if (!header.delimiter.empty()) {
    if (header.sections)
      throw MigrationError(migration.file, 1, "has a delimiter and sections, of which one is honoured");
    // Its own line is a comment, and is not to end a statement.
    const std::size_t first = text.find('\n');
    const std::string_view rest = std::string_view(text).substr(std::min(first, text.size()));
    text = text.substr(0, first) + with_semicolons(rest, header.delimiter, dialect);
  }
  if (header.sections)
    read_sections(migration, text);
  else
    set_text(migration, std::move(text));
}

// Stands for all files before it, and is recorded as the last of them. The first file of a folder replaces nothing.
void make_baseline(MigrationFile& checkpoint, const std::vector<MigrationFile>& before) {
  BaselineHeader header;
  for (const MigrationFile& file : before)
    if (!file.baseline) header.replaces.push_back({file.version, file.text_checksum, file.name});
  if (header.replaces.empty()) return;
  for (const ReplacedVersion& replaced : header.replaces)
    if (!is_digits(replaced.version.text()))
      throw MigrationError(checkpoint.file, 1,
                           "is a checkpoint that stands for " + replaced.version.text() +
                               ", and a baseline can stand only for versions of digits");
  header.through = header.replaces.back().version;
  checkpoint.kind = MigrationKind::baseline;
  checkpoint.version = header.through;
  checkpoint.baseline = std::move(header);
}

std::vector<MigrationFile> read_all(const Folder& folder, Dialect dialect) {
  const std::vector<std::string> files = folder.files();
  refuse_misfits(
      folder.path(), files, [](std::string_view file) { return file.ends_with(ending); }, "<version>_<name>.sql");
  std::vector<std::string> stems;
  for (const std::string& file : files) stems.push_back(file.substr(0, file.size() - ending.size()));
  const std::vector<Version> versions = versions_in_order(stems, version_of);
  AtlasSum sum(folder.path());
  std::vector<MigrationFile> migrations;
  migrations.reserve(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    MigrationFile migration;
    migration.version = versions[i];
    migration.name = name_behind(stems[i], version_of(stems[i]).size());
    migration.recorded_as = version_of(stems[i]);
    migration.path = folder.path() / files[i];
    migration.file = files[i];
    const std::string bytes = bytes_of_file(migration.path, migration.file);
    migration.recorded_checksum = sum.check(files[i], bytes);
    std::string text = normalise_text(bytes);
    const Header header = header_of(text, migration.file);
    read_content(migration, std::move(text), header, dialect);
    if (header.checkpoint) make_baseline(migration, migrations);
    migrations.push_back(std::move(migration));
  }
  sum.check_end();
  return migrations;
}

// Where the newest checkpoint stands, or the beginning.
std::vector<MigrationFile>::iterator newest_checkpoint(std::vector<MigrationFile>& migrations) {
  const auto found = std::find_if(migrations.rbegin(), migrations.rend(),
                                  [](const MigrationFile& file) { return file.baseline.has_value(); });
  return found == migrations.rend() ? migrations.begin() : std::prev(found.base());
}

}  // namespace

bool is_left_out_of_the_sum(std::string_view text) {
  const Directive directive = directive_in(text.substr(0, text.find_first_of("\r\n")));
  return directive.word == "sum" && directive.value == "ignore";
}

bool AtlasFormat::recognises(const Folder& folder) const { return is_file(folder.path() / atlas_sum_file); }

std::vector<MigrationFile> AtlasFormat::read(const Folder& folder, const FormatContext& context) const {
  std::vector<MigrationFile> migrations = read_all(folder, context.dialect);
  migrations.erase(migrations.begin(), newest_checkpoint(migrations));
  return migrations;
}

std::vector<MigrationFile> AtlasFormat::read_squashed(const std::filesystem::path& folder) const {
  std::vector<MigrationFile> migrations = read_all(folder, Dialect::postgres);
  migrations.erase(newest_checkpoint(migrations), migrations.end());
  return migrations;
}

std::vector<NewFile> AtlasFormat::next_files(const std::vector<MigrationFile>& existing, std::string_view name) const {
  return {{.file = next_timestamp(existing) + "_" + file_name_of(name) + std::string(ending),
           .text = "-- " + std::string(name) +
                   "\n-- When it is written: `atlas migrate hash`, which sums it up in atlas.sum.\n\n"}};
}

}  // namespace drydock
