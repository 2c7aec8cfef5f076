// A safety copy: what the consented losses of a migration destroyed, kept for a while (docs/commands/kept.md). Plain
// data: what is known of one copy, and what was copied. Holds no values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runner/database/database.h"
#include "runner/migration/loss.h"

namespace drydock {

struct CopiedColumn {
  std::string name, type;  // as the server spells it
  bool generated = false;  // derived: comes back as a plain column, and is not put into one that is there
};

// What stands in a copy, and where it came from.
struct CopiedTable {
  std::string schema, name;  // as the table was called at the end of the migration; no schema on SQLite
  std::vector<CopiedColumn> columns;
  std::vector<std::string> key;  // names of the primary key's columns; empty: none
  std::string column;            // whose values were lost; "": rows were
};
std::string to_text(const CopiedTable& table);
CopiedTable copied_table_from(const std::string& text);

struct KeptCopy {
  enum class State {
    unconfirmed,  // SQLite: written before the migration's COMMIT, of which nothing is known
    kept,
    purged,
  };
  std::int64_t id = 0;
  std::string version;  // of the migration
  LossKind kind{};
  std::string object;  // as the consent names it
  std::string place;   // the copy, as it stands in a statement
  CopiedTable table;
  std::int64_t rows = 0;
  std::string made_at, until;  // ISO 8601, UTC
  bool expired = false;
  State state = State::kept;
  bool restored = false;  // at least once
};
std::string_view to_string(KeptCopy::State state);

// Of a registry's rows: id, version, kind, object, place, table, rows, made at, until, expired, purged, restored and,
// where a copy can be unconfirmed, confirmed.
std::vector<KeptCopy> kept_copies_from(const Rows& rows);

}  // namespace drydock
