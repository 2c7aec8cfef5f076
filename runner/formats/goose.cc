#include "runner/formats/goose.h"

#include "runner/formats/env_substitution.h"
#include "runner/formats/folder_listing.h"
#include "runner/formats/marked_sections.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/numbered_name.h"
#include "runner/sql/joined.h"

namespace drydock {
namespace {

constexpr std::string_view mark = "+goose";

// Versions are greater than zero.
bool is_migration(std::string_view file) {
  const auto parsed = parse_numbered(file);
  return parsed && as_number(parsed->version) != "0";
}

bool is_program(std::string_view file) {
  return !file.ends_with("_test.go") && parse_numbered(file, ".go").has_value();
}

bool is_annotation(std::string_view line) {
  return line.find(mark) != std::string_view::npos && trimmed(line).starts_with("--");
}

// The words of an annotation; other dashes in its line do not count.
std::string words_of(std::string_view line) {
  std::string words(line);
  for (const std::string_view part : {std::string_view("--"), mark})
    for (std::size_t at = words.find(part); at != std::string::npos; at = words.find(part, at)) {
      words.erase(at, part.size());
      if (part == mark) break;
    }
  return std::string(trimmed(words));
}

class FileReader {
 public:
  FileReader(MigrationFile& migration, const FormatContext& context)
      : migration_(migration), context_(context), sections_(migration.file, "-- +goose Up") {}

  void read() {
    const std::string text = text_of_file(migration_.path, migration_.file);
    LineReader lines(text);
    while (const std::optional<Line> line = lines.next())
      is_annotation(line->text) ? take_annotation(*line) : take(*line);
    if (!sections_.had_up()) sections_.fail(0, "the line -- +goose Up is missing");
    sections_.finish(migration_);
    migration_.transaction_none = transaction_none_;
    if (migration_.undo) migration_.undo->transaction_none = transaction_none_;
  }

 private:
  using Section = MarkedSections::Section;

  void take_annotation(const Line& line) {
    if (!line.text.starts_with("--"))
      sections_.fail(line.number, "an annotation of goose begins its line, without blanks");
    const std::string words = words_of(line.text);
    if (same_word(words, "Up")) {
      if (sections_.section() != Section::none) sections_.fail(line.number, "-- +goose Up stands here a second time");
      sections_.open(Section::up, line);
    } else if (same_word(words, "Down")) {
      if (sections_.section() != Section::up)
        sections_.fail(line.number, "-- +goose Down stands once, behind -- +goose Up");
      sections_.open(Section::down, line);
    } else if (same_word(words, "StatementBegin")) {
      sections_.begin_statement(line);
    } else if (same_word(words, "StatementEnd")) {
      sections_.end_statement(line);
    } else if (same_word(words, "NO TRANSACTION")) {
      transaction_none_ = true;
    } else if (same_word(words, "ENVSUB ON") || same_word(words, "ENVSUB OFF")) {
      substitutes_ = same_word(words, "ENVSUB ON");
    } else {
      sections_.fail(line.number, "unknown annotation of goose: " + words);
    }
  }

  void take(const Line& line) {
    if (!substitutes_ || line.text.find_first_of("$\\") == std::string_view::npos) return sections_.add(line);
    if (trimmed(line.text).starts_with("--")) return sections_.add(line);
    try {
      const std::string replaced = substitute_variables(line.text, context_.variable);
      if (replaced.find('\n') != std::string::npos)
        throw std::runtime_error("the value of an environment variable has more than one line");
      sections_.add({replaced, line.number});
    } catch (const std::runtime_error& error) {
      sections_.fail(line.number, error.what());
    }
  }

  MigrationFile& migration_;
  const FormatContext& context_;
  MarkedSections sections_;
  bool transaction_none_ = false, substitutes_ = false;
};

}  // namespace

bool GooseFormat::recognises(const Folder& folder) const {
  const auto file = folder.any_file(is_migration);
  return file && holds_line(folder.path() / *file, is_annotation);
}

std::vector<MigrationFile> GooseFormat::read(const Folder& folder, const FormatContext& context) const {
  const std::vector<std::string> programs = folder.files(is_program);
  if (!programs.empty())
    throw MigrationError(folder.path().string(), 0,
                         "these migrations are written in Go, and drydock runs SQL only: " + joined(programs) +
                             "; run goose itself through `drydock migrate -- COMMAND`, or write them as SQL");
  const std::vector<std::string> files = folder.files();
  refuse_misfits(folder.path(), files, is_migration, "<digits>_<name>.sql, from 1 on");
  std::vector<MigrationFile> migrations;
  migrations.reserve(files.size());
  for (const std::string& file : files) {
    MigrationFile& migration = migrations.emplace_back(numbered_file_in(folder.path(), file));
    FileReader(migration, context).read();
  }
  put_in_order(folder.path(), migrations);
  return migrations;
}

std::vector<NewFile> GooseFormat::next_files(const std::vector<MigrationFile>& existing, std::string_view name) const {
  return {{.file = next_version(existing, "00001") + "_" + file_name_of(name) + ".sql",
           .text = "-- +goose Up\n-- " + std::string(name) + "\n\n-- +goose Down\n\n"}};
}

}  // namespace drydock
