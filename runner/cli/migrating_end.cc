// What a run of `migrate` or `undo` says of its end: refused, interrupted, nothing to do, done.
#include <nlohmann/json.hpp>

#include "runner/cli/kept_copies.h"
#include "runner/cli/migrating.h"
#include "runner/cli/proved_backup.h"
#include "runner/cli/receipts.h"
#include "runner/cli/rehearsal_document.h"
#include "runner/database/interruption.h"
#include "runner/plan/recorded.h"
#include "runner/report/json_text.h"
#include "runner/report/writer.h"
#include "runner/sql/joined.h"

namespace drydock {
void Migrating::tell_of_copy(const KeptCopy& copy) {
  safety_copies_.push_back(copy);
  terminal_.say(kept_line(copy, target_.url()));
}

ExitCode Migrating::nothing_to_do() {
  terminal_.say("Nothing is " + errand_.state + " in " + target_.url().display() + ".");
  return finish(ExitCode::done, errand_.nothing);
}

Document Migrating::rehearsal_document() const {
  Document document = document_of(*rehearsal_, plan_);
  document.command = errand_.command;
  return document;
}

// The guard rolled a transaction back. The migrations before it stand.
ExitCode Migrating::refused(const GuardRefusal& refusal) {
  Document document;
  document.command = errand_.command;
  document.verdict = to_string(Level::rejected);
  document.migrations.push_back(reported(refusal.judged));
  document.plan.push_back(refusal.judged.observed.id);
  if (!terminal_.json()) terminal_.print(make_text_writer()->write(document, terminal_.style()));
  terminal_.error(std::string(refusal.what()) + "\n" + what_stands(refusal.judged.observed.id));
  guard_report_ = std::move(document);
  return finish(ExitCode::rejected, "refused");
}

// What this run changed before the guard refused a transaction of that migration.
std::string Migrating::what_stands(const std::string& refused_id) {
  target_.read_again();
  const RecordedHistory history = gather(target_.state().rows);
  const Recorded* recorded = history.migration(recorded_key(refused_id));
  if (recorded == nullptr) recorded = history.baseline(recorded_key(refused_id));
  const bool undoes = plan_.steps.front().migration.source.kind == MigrationKind::undo;
  const bool partly =
      recorded && (undoes ? recorded->undo_begun() : !recorded->complete() && recorded->applied_parts() > 0);
  if (partly) return "the transactions of " + refused_id + " before it stand: `drydock status` shows it";
  const std::string& database = target_.url().display();
  if (progress_.done().empty()) return "nothing was changed in " + database;
  return errand_.done_to + " " + database + " before it: " + joined(progress_.done());
}

// The one JSON document of the command, where it was asked for.
ExitCode Migrating::finish(ExitCode code, std::string_view result) {
  code = end_with_hook(code, result);
  if (!terminal_.json()) return code;
  const auto report = [](const Document& document) {
    return nlohmann::ordered_json::parse(make_json_writer()->write(document));
  };
  nlohmann::ordered_json json{{"schema", "drydock." + errand_.command + "/1"},
                              {"result", result},
                              {"database", target_.url().display()},
                              {"environment", settings_.environment},
                              {errand_.done, progress_.done()},
                              {"backup", proved_backup_json(target_.state(), kept_)},
                              {"restore_point", nullptr},
                              {"rehearsal", nullptr},
                              {"receipt", receipt_json(receipt_)},
                              {"kept", kept_json(safety_copies_, target_.url())}};
  if (!restore_point_.server_time.empty())
    json["restore_point"] = {{"server_time", restore_point_.server_time},
                             {"wal_position", restore_point_.wal_position}};
  if (rehearsal_) json["rehearsal"] = report(rehearsal_document());
  if (guard_report_) json["guard"] = report(*guard_report_);
  terminal_.print(json_text(json));
  return code;
}

std::string Migrating::state_after_interruption(const Interrupted& end) const {
  const std::string why = end.what();
  const std::string& database = target_.url().display();
  switch (phase_) {
    case Phase::looking:
      return why + "; nothing was changed in " + database;
    case Phase::waiting:
      return why + " while waiting for another runner; this run changed nothing in " + database;
    case Phase::rehearsing:
      return why + " while rehearsing; the shadow is gone, nothing was changed in " + database;
    case Phase::applying:
      break;
  }
  return why + " while applying to " + database + "; " + errand_.done +
         " by this run: " + (progress_.done().empty() ? "nothing" : joined(progress_.done())) +
         "; the transaction that was open was rolled back. `drydock status` says what stands, `drydock " +
         errand_.command + "` goes on";
}

}  // namespace drydock
