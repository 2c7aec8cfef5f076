// "drydock.rehearsal/1": what scripts rely on. Fields may be added, not renamed.
#include <cmath>
#include <nlohmann/json.hpp>

#include "runner/report/json_text.h"
#include "runner/report/writer.h"

namespace drydock {
namespace {

using Json = nlohmann::ordered_json;

// Microseconds are enough, and keep the text short.
double rounded(double seconds) { return std::round(seconds * 1e6) / 1e6; }

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

template <typename Item, typename Function>
Json list_of(const std::vector<Item>& items, Function to_json) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(to_json(item));
  return list;
}

Json loss_json(const ReportedLoss& loss) {
  return {{"kind", loss.kind},
          {"object", loss.object},
          {"rows", loss.rows},
          {"line", loss.line},
          {"consented", loss.consented},
          {"reason", text_or_null(loss.reason)},
          {"undetermined", text_or_null(loss.undetermined)},
          {"consent", text_or_null(loss.consent_line)}};
}

Json finding_json(const ReportedFinding& finding) {
  return {{"rule", finding.rule},     {"level", finding.level},     {"line", finding.line},
          {"object", finding.object}, {"message", finding.message}, {"fix", finding.fix}};
}

Json lock_json(const ReportedLock& lock) {
  return {{"object", lock.object}, {"mode", lock.mode}, {"held_seconds", rounded(lock.held_seconds)}};
}

Json statement_json(const ReportedStatement& statement) {
  return {{"line", statement.line},
          {"seconds", rounded(statement.seconds)},
          {"rows", statement.rows},
          {"wal_bytes", statement.wal_bytes},
          {"locks", list_of(statement.locks, lock_json)},
          {"rewrote", statement.rewrote}};
}

Json undo_json(const ReportedUndo& undo) {
  return {{"proved", undo.proved ? Json(*undo.proved) : Json(nullptr)},
          {"not_tried", text_or_null(undo.not_tried)},
          {"differences", undo.differences}};
}

Json migration_json(const ReportedMigration& migration) {
  return {{"version", migration.version},
          {"name", migration.name},
          {"file", text_or_null(migration.file)},
          {"checksum", migration.checksum},
          {"verdict", migration.verdict},
          {"seconds", rounded(migration.seconds)},
          {"error", text_or_null(migration.error)},
          {"error_line", migration.error.empty() ? Json(nullptr) : Json(migration.error_line)},
          {"sqlstate", text_or_null(migration.sqlstate)},
          {"schema", text_or_null(migration.schema)},
          {"table", text_or_null(migration.table)},
          {"column", text_or_null(migration.column)},
          {"constraint", text_or_null(migration.constraint)},
          {"losses", list_of(migration.losses, loss_json)},
          {"unused_consents",
           list_of(migration.unused_consents, [](const ReportedConsent& consent) { return consent.text; })},
          {"findings", list_of(migration.findings, finding_json)},
          {"statements", list_of(migration.statements, statement_json)},
          {"undo", migration.undo ? undo_json(*migration.undo) : Json(nullptr)}};
}

Json shadow_json(const ReportedShadow& shadow) {
  return {{"provider", shadow.provider},
          {"tables", shadow.tables},
          {"rows", shadow.rows},
          {"taken_at", shadow.taken_at},
          {"seconds", rounded(shadow.seconds)},
          {"place", shadow.place},
          {"notes", shadow.notes}};
}

class JsonWriter final : public ReportWriter {
 public:
  std::string_view name() const override { return "json"; }
  std::string_view ending() const override { return ".json"; }
  std::string write(const Document& document, Style) const override {
    const Json json{{"schema", "drydock.rehearsal/1"},
                    {"verdict", document.verdict},
                    {"vacuous_because", text_or_null(document.vacuous_because)},
                    {"seconds", rounded(document.seconds)},
                    {"plan", {{"hash", document.plan_hash}, {"migrations", document.plan}}},
                    {"source",
                     {{"database", document.source.database},
                      {"tables", document.source.tables},
                      {"rows", document.source.rows},
                      {"bytes", document.source.bytes}}},
                    {"shadow", document.shadow ? shadow_json(*document.shadow) : Json(nullptr)},
                    {"migrations", list_of(document.migrations, migration_json)}};
    return json_text(json) + "\n";
  }
};

}  // namespace

std::unique_ptr<ReportWriter> make_json_writer() { return std::make_unique<JsonWriter>(); }

}  // namespace drydock
