// The record that drydock keeps in the user's database: schema "drydock" on PostgreSQL, tables drydock_* on SQLite.
// Rows are added, never rewritten or deleted; they are unique by version, part and attempt, so that a runner which lost
// its lock cannot record twice. A transactional migration's row is written in the migration's own transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runner/database/database.h"
#include "runner/migration/checksum.h"
#include "runner/migration/version.h"

namespace drydock {

struct HistoryRow {
  enum class State {
    applied,  // the part is done; the version is, when the part is the last one
    started,  // intent: the statement of this part runs outside a transaction, its outcome is not known yet
    failed,   // the part failed, cleanly: what stood before it stands
  };
  std::string id;    // the version as spelled in the file, or R__name
  int part = 0;
  int attempt = 1;   // grows with every row of that part (a repeatable that runs again counts on)
  bool last = true;  // the part completes the migration
  State state = State::applied;
  std::string name;
  std::string kind = "migration";  // "migration", "repeatable", "baseline", "repair"
  Checksum checksum;               // of the whole file
  std::string part_checksum;       // of the part's tokens
  std::string text;                // as applied, normalised; only written, read by text_of()
  std::string applied_at;          // ISO 8601 UTC, by the server's clock; set by the server on insert
  std::string applied_by;          // user@host of the runner; set by the caller
  double seconds = 0;
  std::string tool_version;
  std::string rehearsal;           // how it was allowed: "private sha256:...", "guard", "empty"
  std::string server_time, wal_position;  // before the run's first statement: where to restore to
};

// The stamp: which database this is.
struct Stamp {
  std::string database_id;  // 32 lower-case hex digits, random
  std::string environment;
  std::string project;
  std::string system_identifier;  // evidence only
};

// What one round trip tells about a target.
struct TargetState {
  bool has_history = false;           // drydock's tables are there
  std::optional<Stamp> stamp;
  std::vector<HistoryRow> rows;       // in the order of insertion, without text
  std::string fingerprint() const;    // over ids, parts, attempts, states and checksums
};

class History {
 public:
  // REQUIRES: database outlives the history.
  explicit History(Database& database) : database_(database) {}

  // Works read-only, on a database without drydock's tables too. One round trip where they are there.
  TargetState read();
  // Makes drydock's tables where they are missing, in a transaction of its own; safe when two runners do it at once.
  void create();
  // The INSERT that records a row, as a statement that apply() runs with the part's own.
  Statement record(const HistoryRow& row) const;
  // Writes the stamp. Fails where there is one already, unless `replace` (init --as-copy).
  void write_stamp(const Stamp& stamp, bool replace = false);
  // The text as applied of the newest row of that id.
  std::optional<std::string> text_of(const std::string& id);

 private:
  Database& database_;
};

}  // namespace drydock
