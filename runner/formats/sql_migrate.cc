#include "runner/formats/sql_migrate.h"

#include <algorithm>

#include "runner/formats/folder_listing.h"
#include "runner/formats/marked_sections.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/numbered_name.h"

namespace drydock {
namespace {

constexpr std::string_view mark = "-- +migrate ";

bool is_annotation(std::string_view line) { return line.starts_with(mark); }

std::string_view number_of(std::string_view file) { return file.substr(0, file.find_first_not_of("0123456789")); }

// By the number, as a number; names without one behind all others; equal ones by the whole name.
bool stands_before_file(const std::string& left, const std::string& right) {
  const std::string_view left_number = number_of(left), right_number = number_of(right);
  if (left_number.empty() != right_number.empty()) return right_number.empty();
  if (left_number.empty()) return left < right;
  const auto by_number = Version(left_number) <=> Version(right_number);
  return by_number != 0 ? by_number < 0 : left < right;
}

class FileReader {
 public:
  explicit FileReader(MigrationFile& migration) : migration_(migration), sections_(migration.file, "-- +migrate Up") {}

  void read() {
    const std::string text = text_of_file(migration_.path, migration_.file);
    LineReader lines(text);
    while (const std::optional<Line> line = lines.next()) {
      if (is_annotation(line->text))
        take_annotation(*line);
      else
        sections_.add(*line);
    }
    sections_.finish(migration_);
    migration_.transaction_none = up_without_;
    if (migration_.undo) migration_.undo->transaction_none = down_without_;
  }

 private:
  using Section = MarkedSections::Section;

  void take_annotation(const Line& line) {
    std::string_view rest = trimmed(line.text.substr(mark.size()));
    const std::string_view command = take_word(rest);
    if (command == "Up" || command == "Down") {
      const bool up = command == "Up";
      sections_.open(up ? Section::up : Section::down, line);
      if (!rest.empty() && rest != "notransaction")
        sections_.fail(line.number, "unknown option of sql-migrate: " + std::string(rest));
      (up ? up_without_ : down_without_) |= !rest.empty();
    } else if (command == "StatementBegin") {
      sections_.begin_statement(line);
    } else if (command == "StatementEnd") {
      sections_.end_statement(line);
    } else {
      sections_.fail(line.number, "unknown annotation of sql-migrate: " + std::string(command));
    }
  }

  MigrationFile& migration_;
  MarkedSections sections_;
  bool up_without_ = false, down_without_ = false;
};

// "20180103142001_initial_schema.sql" -> "initial_schema"
std::string name_in(std::string_view file) {
  std::string_view name = file.substr(0, file.rfind('.'));
  name.remove_prefix(number_of(file).size());
  while (name.starts_with('_') || name.starts_with('-')) name.remove_prefix(1);
  return std::string(name);
}

}  // namespace

bool SqlMigrateFormat::recognises(const Folder& folder) const {
  const auto file = folder.any_file(ends_in_sql);
  return file && holds_line(folder.path() / *file, is_annotation);
}

std::vector<MigrationFile> SqlMigrateFormat::read(const Folder& folder, const FormatContext& /*context*/) const {
  std::vector<std::string> files = folder.files();
  refuse_misfits(
      folder.path(), files,
      [](std::string_view file) {
        return file.ends_with(".sql") && first_invalid_utf8(file) == std::string_view::npos;
      },
      "<digits>-<name>.sql");
  std::ranges::sort(files, stands_before_file);
  std::vector<MigrationFile> migrations;
  migrations.reserve(files.size());
  for (const std::string& file : files) {
    MigrationFile& migration = migrations.emplace_back(file_in(folder.path(), file));
    migration.version = Version(file);
    migration.name = name_in(file);
    migration.recorded_as = file;
    FileReader(migration).read();
  }
  put_in_places(folder.path(), migrations);
  return migrations;
}

std::vector<NewFile> SqlMigrateFormat::next_files(const std::vector<MigrationFile>& existing,
                                                  std::string_view name) const {
  std::vector<MigrationFile> numbers;
  char separator = '-';
  for (const MigrationFile& file : existing) {
    const std::string_view number = number_of(file.version.text());
    if (number.empty()) continue;
    numbers.emplace_back().version = Version(number);
    separator = file.version.text().substr(number.size()).starts_with('_') ? '_' : '-';
  }
  return {{.file = next_version(numbers, utc_timestamp()) + separator + file_name_of(name) + ".sql",
           .text = "-- +migrate Up\n-- " + std::string(name) + "\n\n-- +migrate Down\n\n"}};
}

}  // namespace drydock
