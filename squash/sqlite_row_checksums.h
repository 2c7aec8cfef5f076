// Rows of a SQLite database as checksums of multisets: the order of the rows does not matter, their storage classes and
// every bit of them do.
#pragma once

#include <string>
#include <vector>

#include "runner/database/sqlite_database.h"
#include "squash/snapshot.h"
#include "squash/sqlite_catalog.h"

namespace drydock {

// Of the tables that hold rows, by name. A rowid that no column shows is not compared, but that of a full-text
// table is: it is the only key that it has. Of such a table its settings are compared too, and, where its
// documents are elsewhere, which of them it has indexed. Throws DatabaseError.
std::vector<SnapshotRows> sqlite_row_checksums(SqliteDatabase& database, const std::vector<StoredObject>& entries);

// The columns that a table's rows are read by, generated ones included; "rowid" first for a full-text table.
std::vector<std::string> sqlite_row_columns(Database& database, const StoredObject& entry);

}  // namespace drydock
