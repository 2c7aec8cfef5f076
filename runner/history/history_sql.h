// The SQL of the record, one table of it per dialect. Everything is qualified, so that no search_path that a migration
// leaves behind can lead it astray.
#pragma once

#include <string>
#include <string_view>

#include "runner/sql/dialect.h"

namespace drydock {

struct HistorySql {
  std::string history;  // the table
  // One row: whether the schema, both tables, the stamp's, that of backups and that of policies are there, each as 0 or
  // 1.
  std::string find;
  std::string create_schema;  // "" where the dialect has none
  std::string create_tables;
  std::string read;  // the rows in the order of insertion, each with the columns that history.cc takes
  // The newest stamp's columns, then the newest proved backup and the stamp's policy, or what stands for either where
  // its table is not there. No row where there is no stamp.
  std::string read_stamp;
  std::string newest_backup, newest_policy;
  std::string text_of;  // parameters: the id, and 1 for a baseline, else 0
  // Parameters: id, environment, project, system identifier. Returns a row where it was written.
  std::string first_stamp, next_stamp;

  static constexpr std::string_view no_backup = "NULL /* backup */", no_policy = "NULL /* policy */";
  // read_stamp, where these tables are there.
  std::string read_stamp_with(bool backups, bool policy) const;
};

// Of the whole database, or of a schema in it (DatabaseUrl::schema()), whose table beside the database's own bears its
// name; the stamp is the database's.
HistorySql history_sql(Dialect dialect, const std::string& schema);

// A string that means the same whatever standard_conforming_strings a migration leaves behind.
std::string robust_literal(std::string_view text, Dialect dialect);

}  // namespace drydock
