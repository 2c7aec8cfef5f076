#include "rehearsal/backup/check_backup.h"

#include "runner/migration/directives.h"
#include "runner/sql/splitter.h"

namespace drydock {

namespace {

// The record keeps the text of every migration as it was applied, with its consents.
void add_consented(History& history, const std::string& id, Dialect dialect, std::set<std::string>& tables) {
  const std::optional<std::string> text = history.text_of(id);
  if (!text) return;
  try {
    for (const Consent& consent : read_directives(*text, dialect).consents)
      if (consent.kind == LossKind::table_dropped) tables.insert(consent.object.text());
  } catch (const SqlTextError&) {
    // Another tool's text, adopted: it consents to nothing.
  }
}

std::set<std::string> dropped_with_consent(Database& database, const TargetState& state) {
  std::set<std::string> tables;
  History history(database);
  for (const HistoryRow& row : state.rows)
    if (row.state == HistoryRow::State::applied) add_consented(history, row.id, database.dialect(), tables);
  return tables;
}

BackupEvidence evidence_of(const CheckedBackup& checked, const CheckRequest& request) {
  const auto time = [](const std::optional<Moment>& moment) { return moment ? iso_of(*moment) : std::string(); };
  return {.database_id = checked.state.stamp ? checked.state.stamp->database_id : "",
          .proved_by = request.proved_by,
          .backup = request.restore.file.filename().string(),
          .kind = checked.restored.kind,
          .taken_at = iso_of(checked.restored.taken_at),
          .proved_at = iso_of(now()),
          .history = checked.state.fingerprint(),
          .newest = time(checked.contents.newest()),
          .tables = static_cast<std::int64_t>(checked.contents.tables.size()),
          .rows = checked.contents.rows(),
          .restore_seconds = checked.restored.seconds,
          .contents = json_of(checked.contents)};
}

}  // namespace

CheckedBackup check_backup(const CheckRequest& request) {
  CheckedBackup checked{restore_backup(request.restore), {}, {}, {}, {}, {}};
  Database& database = checked.restored.backup->database();
  checked.state = History(database).read();
  checked.contents = count_contents(database);
  checked.evidence = evidence_of(checked, request);
  if (request.last) checked.last = request.last(checked.evidence.database_id, checked.evidence.taken_at);
  JudgedBackup judged{request.restore.file.string(), std::nullopt, checked.restored.taken_at, checked.contents,
                      dropped_with_consent(database, checked.state)};
  if (checked.state.stamp) judged.database_id = checked.state.stamp->database_id;
  checked.verdict = judge_backup(judged, request.demands, checked.last, now());
  return checked;
}

}  // namespace drydock
