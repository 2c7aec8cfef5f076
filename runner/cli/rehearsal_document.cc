#include "runner/cli/rehearsal_document.h"

#include "runner/cli/known_names.h"

namespace drydock {
namespace {

ReportedLoss reported(const JudgedLoss& judged) {
  return {.kind = std::string(to_string(judged.loss.kind)),
          .object = judged.loss.object.text(),
          .rows = judged.loss.rows,
          .line = judged.loss.line,
          .consented = judged.consented,
          .reason = judged.reason,
          .too_many = judged.too_many,
          .undetermined = judged.loss.undetermined,
          .consent_line = judged.consented ? "" : judged.consent_line()};
}

ReportedStatement reported(const ObservedStatement& statement, const KnownNames& names) {
  ReportedStatement result{statement.line, statement.seconds, statement.rows, statement.wal_bytes, {}, {}};
  for (const HeldLock& lock : statement.locks)
    result.locks.push_back({names.shown(lock.object), lock.mode, lock.held_seconds});
  for (const std::string& table : statement.rewrote) result.rewrote.push_back(names.shown(table));
  return result;
}

}  // namespace

ReportedMigration reported(const JudgedMigration& judged) {
  const ObservedMigration& observed = judged.observed;
  ReportedMigration migration;
  migration.version = observed.id;
  migration.name = observed.name;
  migration.file = observed.file;
  migration.checksum = observed.checksum;
  migration.verdict = std::string(to_string(judged.level));
  migration.seconds = observed.seconds;
  migration.error = observed.error;
  migration.error_line = observed.error_line;
  migration.sqlstate = observed.sqlstate;
  migration.schema = observed.failed_on.schema;
  migration.table = observed.failed_on.table;
  migration.column = observed.failed_on.column;
  migration.constraint = observed.failed_on.constraint;
  for (const JudgedLoss& loss : judged.losses) migration.losses.push_back(reported(loss));
  for (const Consent& consent : judged.unused)
    migration.unused_consents.push_back({std::string(to_string(consent.kind)) + " " + consent.object.text() +
                                             " (line " + std::to_string(consent.line) + ")",
                                         consent.line});
  return migration;
}

Document document_of(const Rehearsal& rehearsal, const Plan& plan) {
  const KnownNames names(rehearsal.source_census, plan);
  Document document;
  document.verdict = std::string(to_string(rehearsal.verdict.level));
  document.vacuous_because = rehearsal.verdict.vacuous_because;
  document.plan_hash = rehearsal.plan_hash;
  document.plan = rehearsal.migrations;
  document.source = {rehearsal.source, rehearsal.source_census.tables, rehearsal.source_census.rows,
                     rehearsal.source_census.bytes};
  document.shadow = ReportedShadow{
      rehearsal.provider,           rehearsal.place,          rehearsal.taken_at, rehearsal.shadow_census.tables,
      rehearsal.shadow_census.rows, rehearsal.shadow_seconds, rehearsal.notes};
  document.seconds = rehearsal.seconds;
  for (const JudgedMigration& judged : rehearsal.verdict.migrations) {
    ReportedMigration migration = reported(judged);
    for (const ObservedStatement& statement : judged.observed.statements)
      migration.statements.push_back(reported(statement, names));
    for (const Finding& finding : judged.observed.findings)
      migration.findings.push_back(
          {finding.rule, finding.level, names.shown(finding.object), finding.message, finding.fix, finding.line});
    document.migrations.push_back(std::move(migration));
  }
  return document;
}

}  // namespace drydock
