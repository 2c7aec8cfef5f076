#include "runner/formats/node_pg_migrate.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>

#include "runner/formats/folder_listing.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/ordered_versions.h"
#include "runner/formats/sections.h"
#include "runner/sql/joined.h"

namespace drydock {
namespace {

constexpr std::string_view ending = ".sql";
constexpr std::size_t milliseconds_width = 13;
constexpr std::size_t utc_width = 17;

bool fits(std::string_view file) {
  const std::string digits = leading_digits(file);
  return file.ends_with(ending) && !digits.empty() && file.substr(digits.size()).starts_with('_');
}

bool is_code(std::string_view file) {
  return !file.starts_with('.') && (file.ends_with(".js") || file.ends_with(".ts") || file.ends_with(".cjs") ||
                                    file.ends_with(".mjs") || file.ends_with(".cts") || file.ends_with(".mts"));
}

// Whether the line is "-- Up Migration", in any case and with any number of dashes and blanks.
bool is_marker(std::string_view line, std::string_view direction) {
  line = trimmed(line);
  if (!line.starts_with("--")) return false;
  line.remove_prefix(std::min(line.find_first_not_of("- \t"), line.size()));
  return same_word(take_word(line), direction) && same_word(line.substr(0, 9), "migration");
}

struct Markers {
  int up = 0, down = 0;  // the line of the first; 0: none
};

Markers markers_in(std::string_view text) {
  Markers markers;
  LineReader lines(text);
  while (const std::optional<Line> line = lines.next()) {
    if (markers.up == 0 && is_marker(line->text, "up")) markers.up = line->number;
    if (markers.down == 0 && is_marker(line->text, "down")) markers.down = line->number;
  }
  return markers;
}

// The lines from one marker to the other one, or to the end where that stands before it.
std::string section(std::string_view text, int from, int other) {
  SectionText part;
  LineReader lines(text);
  while (const std::optional<Line> line = lines.next())
    if (line->number >= from && (other < from || line->number < other)) part.add(*line);
  return part.take();
}

void read_sections(MigrationFile& migration) {
  const std::string text = text_of_file(migration.path, migration.file);
  const Markers markers = markers_in(text);
  if (markers.up == 0 && markers.down == 0) return set_text(migration, text);
  if (markers.up == 0)
    throw MigrationError(migration.file, markers.down,
                         "has a down part and no line `-- Up Migration`, so that node-pg-migrate would run all of it: "
                         "put that line in front of what migrates");
  set_text(migration, section(text, markers.up, markers.down));
  if (markers.down != 0)
    migration.undo =
        UndoScript{.path = migration.path, .file = migration.file, .text = section(text, markers.down, markers.up)};
}

std::int64_t number_at(std::string_view digits, std::size_t at, std::size_t length) {
  std::int64_t number = 0;
  for (const char digit : digits.substr(at, length)) number = 10 * number + (digit - '0');
  return number;
}

// The milliseconds that a prefix stands for: itself, or, in 17 digits, a time in UTC.
std::int64_t time_of(std::string_view file) {
  const std::string digits = leading_digits(file);
  if (digits.size() != utc_width) return number_at(digits, 0, 18);
  std::tm utc{};
  utc.tm_year = static_cast<int>(number_at(digits, 0, 4)) - 1900;
  utc.tm_mon = static_cast<int>(number_at(digits, 4, 2)) - 1;
  utc.tm_mday = static_cast<int>(number_at(digits, 6, 2));
  utc.tm_hour = static_cast<int>(number_at(digits, 8, 2));
  utc.tm_min = static_cast<int>(number_at(digits, 10, 2));
  utc.tm_sec = static_cast<int>(number_at(digits, 12, 2));
  return static_cast<std::int64_t>(timegm(&utc)) * 1000 + number_at(digits, 14, 3);
}

std::string next_prefix(const std::vector<MigrationFile>& existing) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::string milliseconds = std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  if (existing.empty()) return milliseconds;
  const std::size_t width = existing.back().version.text().size();
  if (width == utc_width)
    return std::max(utc_timestamp() + milliseconds.substr(milliseconds.size() - 3), next_version(existing));
  const std::string next = next_version(existing);
  return width == milliseconds_width ? std::max(milliseconds, next) : next;
}

}  // namespace

// By one file with both markers: in a file of any other tool either would be a comment, and its down part would run.
bool NodePgMigrateFormat::recognises(const Folder& folder) const {
  int to_look_at = 4;
  bool found = false;
  folder.any_file([&](std::string_view file) {
    if (!fits(file)) return false;
    try {
      const Markers markers = markers_in(text_of_file(folder.path() / file, std::string(file)));
      found = markers.up != 0 && markers.down != 0;
    } catch (const MigrationError&) {
      // Reading the folder says what is wrong with it.
    }
    return found || --to_look_at == 0;
  });
  return found;
}

std::vector<MigrationFile> NodePgMigrateFormat::read(const Folder& folder, const FormatContext& /*context*/) const {
  if (const std::vector<std::string> code = folder.files(is_code); !code.empty())
    throw MigrationError(folder.path().string(), 0,
                         "these migrations are code, which cannot be run here: " + joined(code) +
                             "; run them by `drydock migrate -- node-pg-migrate up`, or write them as SQL");
  std::vector<std::string> files = folder.files();
  refuse_misfits(folder.path(), files, fits, "<digits>_<name>.sql");
  std::ranges::stable_sort(files, {}, time_of);
  std::vector<std::string> stems;
  for (const std::string& file : files) stems.push_back(file.substr(0, file.size() - ending.size()));
  const std::vector<Version> versions = versions_in_order(stems);
  std::vector<MigrationFile> migrations(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    migrations[i].version = versions[i];
    migrations[i].name = name_behind(stems[i], leading_digits(stems[i]).size());
    migrations[i].recorded_as = stems[i];
    migrations[i].path = folder.path() / files[i];
    migrations[i].file = files[i];
    read_sections(migrations[i]);
  }
  return migrations;
}

std::vector<NewFile> NodePgMigrateFormat::next_files(const std::vector<MigrationFile>& existing,
                                                     std::string_view name) const {
  std::string slug = file_name_of(name);
  std::ranges::replace(slug, '_', '-');
  return {{.file = next_prefix(existing) + "_" + slug + std::string(ending),
           .text = "-- Up Migration\n\n-- Down Migration\n"}};
}

}  // namespace drydock
