// A migration as read from the folder. A plain value: it knows nothing of databases or of what has been applied.
#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "runner/migration/baseline.h"
#include "runner/migration/checksum.h"
#include "runner/migration/directives.h"
#include "runner/migration/version.h"
#include "runner/sql/statement.h"

namespace drydock {

enum class MigrationKind {
  versioned,   // once, in the order of the versions
  repeatable,  // after the versioned ones whenever its text changed; its version is empty, its name identifies it
  baseline,    // stands for all versions up to its own, which is what its header says and not its file's name
  undo,        // takes a versioned one back: made by undo_of(), never among the files of a folder
};

// As the history records it: "migration", "repeatable", "baseline", "undo".
std::string_view to_string(MigrationKind kind);

// What begins the id of a repeatable migration.
constexpr std::string_view repeatable_prefix = "R__";

// How to take a migration back, as its author wrote it: a file of its own, or a section of the migration's file.
struct UndoScript {
  std::filesystem::path path;
  std::string file;  // the path below the folder, for messages and reports
  std::optional<std::string>
      text;  // a section, with the lines that it has in the file; none: the file is read when asked for
  bool transaction_none = false;  // as MigrationFile::transaction_none
};

// What must not fail once a migration has run: it runs behind the migration's last statement, in its transaction, and
// leaves nothing behind. It may change without the migration's counting as changed.
struct VerifyScript {
  std::string file;  // the path below the folder
  std::string text;
};

// The file as it lies in the folder: read and hashed, not parsed. Cheap enough for thousands that are applied already.
// What a format writes in its own words (sections, annotations, options) has become these members, so that nothing
// behind the format needs to know which one it was.
struct MigrationFile {
  MigrationKind kind = MigrationKind::versioned;
  Version version;
  std::string name;            // "create_users"
  std::filesystem::path path;  // as opened
  std::string file;            // the path below the folder, for messages and reports
  // What is run, normalised. Where that is a section of the file, the lines before it are empty, so that every
  // statement has the line that it has in the file.
  std::string text;
  std::string text_checksum;               // Checksum::text, of `text`
  std::optional<BaselineHeader> baseline;  // of a baseline
  bool transaction_none = false;           // the format's own word for `-- drydock:transaction none`
  std::string recorded_as;                 // what the format's own tool calls it in its history table; "" for native
  // The sum that the format's own tool keeps of it there, where that is not one of the file's bytes; "" where it is, or
  // the tool keeps none.
  std::string recorded_checksum = {};
  std::optional<UndoScript> undo;
  std::optional<VerifyScript> verify = {};
};

// The file, parsed.
struct Migration {
  MigrationFile source;
  Checksum checksum;
  Directives directives;
  std::vector<Statement> statements;
  std::vector<Statement> verification;  // of source.verify, without what begins and ends its transactions

  // The version, or "R__name" for a repeatable one: how messages, reports and the history name it.
  std::string id() const;
};

std::string id_of(const MigrationFile& file);

// Throws MigrationError where a file that claims to be a baseline drops, empties or replaces anything, or tolerates
// what is there already (runner/sql/destroys.h). REQUIRES: the file is a baseline.
void require_harmless_baseline(const MigrationFile& file, Dialect dialect);

// Parses the text. Throws MigrationError where it cannot be read as a migration.
Migration parse_migration(const MigrationFile& file, Dialect dialect);

// A file that cannot be read as a migration: exit 2. what() is the whole message: file:line: why.
struct MigrationError : std::runtime_error {
  MigrationError(const std::string& file, int line, const std::string& why);
};

}  // namespace drydock
