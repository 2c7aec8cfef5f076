// What a SQLite file holds of the user's, as its schema table lists it: for the snapshot and for the baseline's writer.
// drydock's own tables, SQLite's (sqlite_*) and the shadow tables of virtual ones are left out, with what hangs on
// them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/database/database.h"

namespace drydock {

struct StoredObject {
  enum class Kind { table, virtual_table, index, view, trigger };
  Kind kind{};
  std::string name;
  std::string table;  // that it belongs to; its own name for a table or a view
  std::string sql;    // as stored
};

struct StoredColumn {
  enum class Storage { stored, hidden, generated };
  std::string name, type;
  bool not_null = false;
  std::optional<std::string> default_value;
  int key_rank = 0;  // in the primary key, from 1; 0: no part of it
  Storage storage = Storage::stored;
};

// In the order of creation.
std::vector<StoredObject> sqlite_entries(Database& database);

// Of a table or a view, in order. Throws DatabaseError for a view that refers to what is not there.
std::vector<StoredColumn> sqlite_columns(Database& database, const std::string& table);

// A full-text table (fts3, fts4, fts5), and what it says of where its documents are.
struct SqliteFullText {
  enum class Content {
    own,       // it keeps them itself
    external,  // in another table: it holds the index alone
    none,      // nowhere: they cannot be read back
  };
  Content content = Content::own;
  bool is_fts5 = false;
};
// nullopt for an entry that is no full-text table.
std::optional<SqliteFullText> sqlite_full_text(const StoredObject& entry);

// The shadow table of a virtual one, such as docs_config; whether it is there.
bool has_sqlite_shadow_table(Database& database, const std::string& name);

// An identifier as people write it: in quotes only where it needs them.
std::string sqlite_name(const std::string& identifier);

// The entry's statement without white space, comments and differences of quoting: what two statements have to agree in
// to mean the same. An identifier is bare where it can be.
std::string canonical_sqlite(std::string_view sql);

}  // namespace drydock
