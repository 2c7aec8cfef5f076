#include "runner/plan/baseline_conflicts.h"

namespace drydock {
namespace {

using Kind = Conflict::Kind;

Conflict conflict(Kind kind, const MigrationFile& file, std::string message) {
  return {.kind = kind,
          .id = id_of(file),
          .name = file.name,
          .file = file.file,
          .message = std::move(message),
          .diff = {},
          .unknown_part = {}};
}

// By itself, with a text that is not the replaced one; else it is a file, or another baseline, that differs.
bool was_applied_otherwise(const Standing& standing) {
  return standing.recorded && standing.recorded->complete() &&
         !standing.replaced->agrees_with(standing.recorded->newest_applied->checksum);
}

std::string cause(const Standing& standing) {
  const std::string& label = standing.replaced->label();
  const std::string by = standing.by_file ? standing.by_file->file : "a baseline that the database has recorded";
  if (was_applied_otherwise(standing))
    return label + " was applied here at " + standing.recorded->newest_applied->applied_at +
           " with another text than the one that " + by + " replaces, so that the two need not be equal";
  if (standing.file && !standing.file->file.starts_with("squashed/"))
    return standing.file->file + " has the version of " + label + ", which " + by +
           " replaces, and another text: it would be skipped here and run elsewhere";
  return label + " is part of a baseline that was applied here, and " + by + " replaces it with another text";
}

std::string way_out(const Standing& standing) {
  if (was_applied_otherwise(standing))
    return "put the text back as it was applied, and squash again; where the database is as the replaced text says, "
           "run `drydock repair " +
           standing.id() + " --accept-change`";
  return "restore the replaced text, or give the file a version above those of the baseline";
}

}  // namespace

Conflict changed_below_baseline(const Standing& standing) {
  return {.kind = Kind::changed,
          .id = standing.id(),
          .name = standing.name(),
          .file = standing.file ? standing.file->file : "",
          .message = cause(standing) + ": " + way_out(standing),
          .diff = {},
          .unknown_part = {}};
}

const Standing* baseline_above(const std::vector<Standing>& standings, const Standing& late) {
  const Standing* found = nullptr;
  if (late.is_baseline()) return found;
  for (const Standing& each : standings)
    if (each.is_baseline() && !(each.version() < late.version()) && (!found || found->version() < each.version()))
      found = &each;
  return found;
}

Conflict late_below_baseline(const Standing& late, const Standing& baseline) {
  const std::string above = baseline.version().text();
  const std::string name = baseline.file ? baseline.file->file : "a baseline that the database has recorded";
  return conflict(Kind::out_of_order, *late.file,
                  late.file->file + " has not been applied, and stands at or below version " + above + ", which " +
                      name + " ends with, without being part of it: rename it to a version above " + above);
}

Conflict late_baseline(const Standing& baseline, const Version& highest_applied) {
  const std::string& through = baseline.file->version.text();
  return conflict(Kind::out_of_order, *baseline.file,
                  baseline.file->file + " makes everything up to version " + through +
                      " on an empty database, and this one has recorded none of it, but " + highest_applied.text() +
                      ", which comes after it: if it is in the database already, take it over by `drydock adopt --at " +
                      through + "`; otherwise check --database");
}

std::optional<Conflict> partial_squash(const BaselineDecision& decision) {
  if (decision.lost.empty()) return std::nullopt;
  std::string versions;
  for (const ReplacedVersion* lost : decision.lost) versions += (versions.empty() ? "" : ", ") + lost->label();
  const std::string& hint = decision.file->baseline->upgrade_hint;
  return conflict(Kind::partial_squash, *decision.file,
                  "the database has applied some of the migrations that " + decision.file->file +
                      " replaces, and these are missing here: " + versions +
                      ". Their files are not in the folder squashed/ with the text that was replaced: restore them "
                      "there from version control, or migrate with the release before the squash first" +
                      (hint.empty() ? "" : ". " + decision.file->file + " says: " + hint));
}

std::optional<Conflict> inside_baseline(const BaselineDecision& decision, const Version& to) {
  const bool is_needed = decision.file && decision.applied == BaselineDecision::Applied::none && !decision.recorded;
  if (!is_needed || !(to < decision.file->version)) return std::nullopt;
  const std::string& through = decision.file->version.text();
  return conflict(Kind::inside_baseline, *decision.file,
                  "--to " + to.text() + " ends inside " + decision.file->file +
                      ", which makes everything up to version " + through +
                      " at once on a database that has none of it: give --to " + through + " or a later version");
}

Conflict objects_conflict(const Step& step) {
  const MigrationFile& file = step.migration.source;
  return conflict(Kind::not_empty, file,
                  file.file + " makes everything up to version " + file.version.text() +
                      " on an empty database, and this one holds objects and has recorded none of the migrations that "
                      "it replaces: if they are in it already, take it over by `drydock adopt --at " +
                      file.version.text() + "`; otherwise check --database");
}

}  // namespace drydock
