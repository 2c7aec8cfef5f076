// The SQL of the record, one table of it per dialect. Everything is qualified, so that no search_path that a migration
// leaves behind can lead it astray.
#pragma once

#include <string>
#include <string_view>

#include "runner/sql/dialect.h"

namespace drydock {

struct HistorySql {
  std::string history;  // the table
  // One row: whether the schema, both tables, the stamp's and that of backups are there, each as 0 or 1.
  std::string find;
  std::string create_schema;  // "" where the dialect has none
  std::string create_tables;
  // The stamp's columns, then a row's, in the order in which history.cc takes them, and the newest proved backup. Stamp
  // and backup stand in the first row only; they are NULL where there is none.
  std::string read;
  std::string read_stamp;     // the stamp's columns and the backup alone, for where there is no row of history yet
  std::string newest_backup;  // what stands in both for `no_backup` where the table of backups is there
  std::string text_of;        // parameters: the id, and 1 for a baseline, else 0
  // Parameters: id, environment, project, system identifier. Returns a row where it was written.
  std::string first_stamp, next_stamp;

  static constexpr std::string_view no_backup = "NULL /* backup */";
  // That query, with the newest proved backup.
  std::string with_backup(std::string query) const;
};

// Of the whole database, or of a schema in it (DatabaseUrl::schema()), whose table beside the database's own bears its
// name; the stamp is the database's.
HistorySql history_sql(Dialect dialect, const std::string& schema);

// A string that means the same whatever standard_conforming_strings a migration leaves behind.
std::string robust_literal(std::string_view text, Dialect dialect);

}  // namespace drydock
