// The record that drydock keeps in the user's database: schema "drydock" on PostgreSQL, tables drydock_* on SQLite. A
// schema that is migrated for itself (DatabaseUrl::schema()) has a table of rows of its own there.
// Rows are added, never rewritten or deleted; they are unique by version, part and attempt, so that a runner which lost
// its lock cannot record twice. A transactional migration's row is written in the migration's own transaction.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "runner/database/database.h"
#include "runner/history/backup_evidence.h"
#include "runner/history/history_sql.h"
#include "runner/history/policy_record.h"
#include "runner/migration/baseline.h"
#include "runner/migration/checksum.h"
#include "runner/migration/version.h"

namespace drydock {

struct HistoryRow {
  enum class State {
    applied,  // the part is done; the version is, when the part is the last one
    started,  // intent: the statement of this part runs outside a transaction, its outcome is not known yet
    failed,   // the part failed, cleanly: what stood before it stands
  };
  std::string id;  // the version as spelled in the file, or R__name
  int part = 0;
  int attempt = 1;   // grows with every row of that part (a repeatable that runs again counts on); the newest counts
  bool last = true;  // the part completes the migration
  State state = State::applied;
  std::string name;
  // "migration", "repeatable", "baseline", "undo", "repair". The rows of an undo are those of its script's parts; with
  // the last one nothing of the version stands any more. A repair is a newer row of a part that takes the place of the
  // one it corrects: `applied` with the checksums that are right from now on, `failed` where nothing of the part
  // stands.
  std::string kind = "migration";
  Checksum checksum;          // of the whole file
  std::string part_checksum;  // of the part's tokens; not read of a migration that was applied in one part
  std::string text;           // as applied, normalised; only written, read by text_of(); empty: not known
  // Of a baseline, and of the repairs of one: what counts as applied with it.
  std::vector<ReplacedVersion> replaces = {};
  std::string applied_at;  // ISO 8601 UTC, by the server's clock; set by the server on insert
  std::string applied_by;  // user@host of the runner; set by the caller
  double seconds = 0;
  std::string tool_version;
  std::string rehearsal;                  // how it was allowed: "private sha256:...", "guard", "empty"
  std::string server_time, wal_position;  // before the run's first statement: where to restore to
};

// The stamp: which database this is.
struct Stamp {
  std::string database_id;  // 32 lower-case hex digits, random
  std::string environment;
  std::string project;
  std::string system_identifier;  // evidence only
};

// There is a stamp already. what() says which, and how to replace it.
struct AlreadyStamped : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// "sha256:..." over ids, parts, attempts, states and checksums: two histories that agree in it allow the same plan.
std::string fingerprint_of(const std::vector<HistoryRow>& rows);

// What the record in a target tells.
struct TargetState {
  bool has_history = false;  // drydock's tables are there
  std::optional<Stamp> stamp;
  std::optional<ProvedBackup> backup;    // the newest; none where nobody has proved one
  std::optional<RecordedPolicy> policy;  // the minimum that the stamp holds; none where nobody has written one
  std::vector<HistoryRow> rows;          // in the order of insertion, without text
  std::string fingerprint() const { return fingerprint_of(rows); }
};

class History {
 public:
  // REQUIRES: database outlives the history.
  explicit History(Database& database)
      : database_(database), sql_(history_sql(database.dialect(), database.url().schema())) {}

  // The table of the rows, as it stands in a statement.
  const std::string& table() const { return sql_.history; }
  // Works read-only and inside a transaction, on a database without drydock's tables too (there the question for them
  // is all that is sent: a query that fails would end the transaction, and stand in the server's log). Two round trips.
  TargetState read();
  // Makes drydock's tables where they are missing, in a transaction of its own; safe when two runners do it at once.
  // REQUIRES: no transaction is open.
  void create();
  // The INSERT that records a row, as a statement that apply() runs with the part's own.
  Statement record(const HistoryRow& row) const;
  // Writes the stamp. A stamp that is replaced stays in the table; the newest counts.
  // Throws AlreadyStamped where there is one, unless it is to be replaced (init --as-copy).
  enum class Replacing { no, yes };
  void write_stamp(const Stamp& stamp, Replacing replacing = Replacing::no);
  // The text as applied of the newest row of that id that has one and is no undo's; 1 and 0001 are one id. A baseline
  // and the last migration that it replaces have one id between them.
  enum class TextOf { migration, baseline };
  std::optional<std::string> text_of(const std::string& id, TextOf which = TextOf::migration);

 private:
  Database& database_;
  HistorySql sql_;
};

}  // namespace drydock
