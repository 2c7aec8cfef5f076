// A rehearsal as every report tells it: plain data, neutral of the format and of where it came from. It names objects
// that were there before the migration, SQLSTATEs and lines, and never holds a value from a row.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drydock {

struct ReportedLoss {
  std::string kind, object;
  std::int64_t rows = 0;
  int line = 0;  // 0: which statement did it is not known
  bool consented = false;
  std::string reason;        // of the consent
  std::string too_many;      // the bound that a consent names, where it is too low
  std::string undetermined;  // why it counts although it could not be measured
  std::string consent_line;  // that would allow it
};

struct ReportedLock {
  std::string object, mode;
  double held_seconds = 0;
};

struct ReportedStatement {
  int line = 0;
  double seconds = 0;
  std::int64_t rows = 0, wal_bytes = 0;
  std::vector<ReportedLock> locks;
  std::vector<std::string> rewrote;
};

// A consent that matches no loss.
struct ReportedConsent {
  std::string text;  // "table-dropped public.legacy (line 1)"
  int line = 0;
};

struct ReportedFinding {
  std::string rule, level, object, message, fix;
  int line = 0;
};

// Whether up and down give back what was there before: `rehearse --undo`.
struct ReportedUndo {
  std::optional<bool> proved;            // none: it was not tried
  std::string not_tried;                 // why
  std::vector<std::string> differences;  // "table public.legacy: its rows are not ..."
};

struct ReportedMigration {
  std::string version, name, file, checksum;  // file: empty for another tool's command
  std::string verdict;                        // "safe", "consented", "rejected", "failed"
  double seconds = 0;
  std::string error;  // empty where it ran to its end
  int error_line = 0;
  std::string sqlstate;
  std::string schema, table, column, constraint;  // that the error names, where each may be shown
  std::vector<ReportedLoss> losses;
  std::vector<ReportedConsent> unused_consents;
  std::vector<ReportedFinding> findings;
  std::vector<ReportedStatement> statements;
  std::optional<ReportedUndo> undo;  // none: it was not asked for
};

struct ReportedSource {
  std::string database;  // without its password
  std::int64_t tables = 0, rows = 0, bytes = 0;
};

struct ReportedShadow {
  std::string provider, place, taken_at;
  std::int64_t tables = 0, rows = 0;
  double seconds = 0;
  std::vector<std::string> notes;  // what was cut off or left out
};

struct Document {
  std::string command = "migrate";  // that goes on only where the verdict allows
  std::string tool_version;         // of drydock; empty where it does not matter
  // Where the files of the migrations lie, as seen from the root of the repository; absolute outside of it, empty where
  // it is the root itself or not known.
  std::string folder;
  std::string verdict;  // of the plan; "vacuous" too
  std::string vacuous_because;
  std::string plan_hash;
  std::vector<std::string> plan;  // versions, those that were not reached included
  ReportedSource source;
  std::optional<ReportedShadow> shadow;  // none: nothing was pending
  double seconds = 0;                    // the whole rehearsal
  std::vector<ReportedMigration> migrations;

  std::size_t losses_without_consent() const;
};

}  // namespace drydock
