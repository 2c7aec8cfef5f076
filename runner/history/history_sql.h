// The SQL of the record, one table of it per dialect. Everything is qualified, so that no search_path that a migration
// leaves behind can lead it astray.
#pragma once

#include <string>
#include <string_view>

#include "runner/sql/dialect.h"

namespace drydock {

struct HistorySql {
  std::string_view history;        // the table
  std::string_view find;           // one row: whether the schema is there, whether the tables are, as 0 or 1
  std::string_view create_schema;  // "" where the dialect has none
  std::string_view create_tables;
  // The stamp's columns, then a row's, in the order in which history.cc takes them. The stamp stands in the first row
  // only; it is NULL where there is none.
  std::string_view read;
  std::string_view read_stamp;  // its columns alone, for where there is no row of history yet
  std::string_view text_of;     // parameters: the id, and 1 for a baseline, else 0
  // Parameters: id, environment, project, system identifier. Returns a row where it was written.
  std::string_view first_stamp, next_stamp;
};

const HistorySql& history_sql(Dialect dialect);

// A string that means the same whatever standard_conforming_strings a migration leaves behind.
std::string robust_literal(std::string_view text, Dialect dialect);

}  // namespace drydock
