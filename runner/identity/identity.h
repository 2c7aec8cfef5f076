// Whether the database at hand is the one that is meant: checked before any statement, exit 5 (docs/identity.md).
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "runner/database/database.h"
#include "runner/history/history.h"
#include "runner/migration/migration.h"

namespace drydock {

// What drydock.toml and the command line expect of the target.
struct Expectation {
  std::string environment;                 // "development" by default
  bool environment_given = false;          // by flag, variable or file
  bool is_protected = false;               // environments.NAME.protected
  std::optional<std::string> database_id;  // environments.NAME.id
  std::string project;  // the toml's `project`, else the name of the folder that holds the migrations' folder
};

// Exit 5. what() says what is wrong, what state things are in, and the command to run next.
struct WrongTarget : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws WrongTarget. `holds_rows`: whether a user table holds a row (see holds_rows()).
void check_identity(const Expectation& expectation, const TargetState& target, const DatabaseUrl& url, bool holds_rows,
                    const std::vector<MigrationFile>& files);

// Whether an environment of that name is protected where nobody has said that it is not.
bool sounds_like_production(const std::string& environment);

// Whether a user table of the database holds a row, by one statement of EXISTS; drydock's own tables aside. `false` is
// proof that nothing can be lost. A table that may not be read counts as holding one. The first form is cheap where the
// catalog shows no table at all.
bool holds_rows(Database& database);

// Whether the database holds anything that a user made: on PostgreSQL in the given schemas and in those of the
// session's search_path, on SQLite in the main database. Extensions, what they brought with them and drydock's own do
// not count. One statement; works inside a transaction.
bool holds_objects(Database& database, const std::vector<std::string>& schemas);

// 32 lower-case hex digits from the system's random source.
std::string random_database_id();

// Which database it is, so that what was found on one is not taken for another's: the id of its stamp, or, as long as
// it has none, "server SYSTEM_IDENTIFIER, database NAME" or the path of the file; "" where none of that can be told. A
// replica has its primary's, but so has a server that was restored from a snapshot: only a stamp tells those apart.
std::string identity_of(Database& database, const TargetState& state);

// PostgreSQL's system identifier, where the role may read it; "" otherwise and for SQLite.
std::string system_identifier(Database& database);

}  // namespace drydock
