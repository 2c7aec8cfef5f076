#include "runner/report/wording.h"

#include <algorithm>

#include "runner/report/quantity.h"

namespace drydock {

std::string extent_of(const ReportedLoss& loss) {
  if (!loss.undetermined.empty()) return "not measured: " + loss.undetermined;
  const bool counts_values =
      loss.kind == "column-dropped" || loss.kind == "values-changed" || loss.kind == "values-erased";
  return count_of(loss.rows, counts_values ? "value" : "row");
}

std::string place_of(const ReportedMigration& migration, int line) {
  if (migration.file.empty()) return "the command " + migration.name;
  return migration.file + (line > 0 ? ":" + std::to_string(line) : "");
}

std::string loss_phrase(const ReportedLoss& loss) { return loss.kind + " " + loss.object + ": " + extent_of(loss); }

std::string finding_sentence(const ReportedMigration& migration, const ReportedFinding& finding) {
  return finding.level + " " + finding.rule + " at " + place_of(migration, finding.line) + ": " + finding.message;
}

std::string undo_sentence(const ReportedMigration& migration) {
  if (!migration.undo) return {};
  if (!migration.undo->proved) return "undo not tried: " + migration.undo->not_tried;
  return *migration.undo->proved ? "undo proved: it gives back the same schema and the same rows"
                                 : "undo not proved: it does not give back what was there before";
}

namespace {

std::string rejection_of(const Document& document, const std::string& refuses) {
  const auto losses = static_cast<std::int64_t>(document.losses_without_consent());
  std::string undos;
  for (const ReportedMigration& migration : document.migrations)
    if (migration.undo && migration.undo->proved == false) undos += (undos.empty() ? "" : ", ") + migration.version;
  const std::string of_undos = "the undo of " + undos + " does not give back what was there before";
  if (losses == 0 && !undos.empty()) return "Rejected: " + of_undos + ". Mend it before it is needed.";
  return "Rejected: " + count_of(losses, "loss has", "losses have") + " no consent" +
         (undos.empty() ? "" : ", and " + of_undos) + ". " + refuses;
}

}  // namespace

std::string consents_place_of(const ReportedMigration& migration) {
  return migration.file.empty() ? "drydock.consents" : "the head of the file";
}

std::string conclusion_of(const Document& document) {
  const std::string refuses = "drydock " + document.command + " refuses it.";
  if (document.verdict == "vacuous")
    return "Vacuous: " + document.vacuous_because + ", so that nothing is proved. " + refuses;
  if (document.verdict == "failed") return "Failed: a migration does not run to its end on this data. " + refuses;
  if (document.verdict == "rejected") {
    return rejection_of(document, refuses);
  }
  if (document.verdict == "consented") return "Consented: every loss is one that its migration allows by name.";
  return document.plan.empty() ? "Nothing is pending." : "Safe: nothing that was there before is lost.";
}

std::string clone_sentence(const Document& document) {
  const ReportedShadow& shadow = *document.shadow;
  return "Cloned " + count_of(shadow.rows, "row") + " in " + count_of(shadow.tables, "table") + " (" +
         size_text(document.source.bytes) + ") in " + duration_text(shadow.seconds) + " from " +
         document.source.database + ".";
}

std::string place_sentence(const Document& document) {
  return "The shadow (" + document.shadow->provider + ") lay in " + document.shadow->place + " and is gone.";
}

std::vector<std::string> versions_not_run_in(const Document& document) {
  std::vector<std::string> versions = document.plan;
  std::erase_if(versions, [&](const std::string& version) {
    return std::ranges::find(document.migrations, version, &ReportedMigration::version) != document.migrations.end();
  });
  return versions;
}

std::string not_run_in(const Document& document) {
  std::string list;
  for (const std::string& version : versions_not_run_in(document)) list += (list.empty() ? "" : ", ") + version;
  return list;
}

}  // namespace drydock
