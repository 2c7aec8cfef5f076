// The report of a checked backup, as lines and as JSON.
#include "runner/cli/backup_checking.h"
#include "runner/report/quantity.h"

namespace drydock {
namespace {

using Json = nlohmann::ordered_json;

std::string padded_left(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string whose(const TargetState& state) {
  if (!state.stamp) return "no stamp of drydock's";
  return "the database " + state.stamp->database_id + " (environment " + state.stamp->environment + ", project " +
         state.stamp->project + ")";
}

}  // namespace

std::string table_of(const BackupContents& contents) {
  std::size_t name_width = 5, rows_width = 4;
  for (const TableContents& table : contents.tables) {
    name_width = std::max(name_width, table.name.size());
    rows_width = std::max(rows_width, std::to_string(table.rows).size());
  }
  std::string text = "table" + std::string(name_width - 5, ' ') + "  " + padded_left("rows", rows_width) + "  newest\n";
  for (const TableContents& table : contents.tables)
    text += table.name + std::string(name_width - table.name.size(), ' ') + "  " +
            padded_left(std::to_string(table.rows), rows_width) + "  " + (table.newest ? iso_of(*table.newest) : "-") +
            "\n";
  return text;
}

std::string text_of(const CheckedBackup& checked, const std::filesystem::path& file, const Style& style) {
  const Restored& restored = checked.restored;
  std::string text = file.string() + ": " + restored.kind + ", " + size_text(restored.bytes) + ", taken " +
                     iso_of(restored.taken_at) + ", " + age_text(now() - restored.taken_at) + " ago\n" +
                     whose(checked.state) + "\nrestored in " + duration_text(restored.seconds) + " as " +
                     restored.backup->database().server() + "\n\n" + table_of(checked.contents) + "\n" +
                     count_of(checked.evidence.tables, "table") + " with " + count_of(checked.evidence.rows, "row") +
                     (checked.evidence.newest.empty() ? "" : ", the newest of " + checked.evidence.newest) + "\n";
  if (checked.last)
    text += "compared with " + checked.last->backup + " of " + checked.last->taken_at + ": " +
            count_of(checked.last->tables, "table") + " with " + count_of(checked.last->rows, "row") + "\n";
  for (const std::string& note : restored.backup->notes()) text += style.paint(Paint::dim, "note: " + note) + "\n";
  for (const std::string& note : checked.verdict.notes) text += "note: " + note + "\n";
  return text;
}

Json json_of(const CheckedBackup& checked, const std::filesystem::path& file) {
  const Restored& restored = checked.restored;
  const auto or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
  const auto& stamp = checked.state.stamp;
  Json json{{"result", checked.verdict.proved() ? "proved" : "refused"},
            {"file", file.string()},
            {"kind", restored.kind},
            {"bytes", restored.bytes},
            {"taken_at", iso_of(restored.taken_at)},
            {"age_seconds", (now() - restored.taken_at).count()},
            {"restore_seconds", restored.seconds},
            {"server", restored.backup->database().server()},
            {"database_id", stamp ? Json(stamp->database_id) : Json(nullptr)},
            {"environment", stamp ? Json(stamp->environment) : Json(nullptr)},
            {"project", stamp ? Json(stamp->project) : Json(nullptr)},
            {"tables", checked.evidence.tables},
            {"rows", checked.evidence.rows},
            {"newest", or_null(checked.evidence.newest)},
            {"contents", Json::parse(checked.evidence.contents)},
            {"compared_with", nullptr},
            {"refusals", checked.verdict.refusals},
            {"notes", checked.verdict.notes}};
  if (checked.last)
    json["compared_with"] = {{"backup", checked.last->backup},
                             {"taken_at", checked.last->taken_at},
                             {"tables", checked.last->tables},
                             {"rows", checked.last->rows}};
  for (const std::string& note : restored.backup->notes()) json["notes"].push_back(note);
  return json;
}

std::string refusal_of(const CheckedBackup& checked, const std::filesystem::path& file) {
  std::string text = "the backup " + file.string() + " is refused:";
  for (const std::string& reason : checked.verdict.refusals) text += "\n  " + reason;
  return text + "\nnothing was recorded. Look at how the backups are made, before you need one" +
         (checked.last ? "; where the difference is meant, `--accept-changes` makes this one the measure" : "");
}

}  // namespace drydock
