#include "runner/cli/many_report.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "runner/report/quantity.h"

namespace drydock {
namespace {

using Json = nlohmann::ordered_json;

// A document of an error has neither.
ManyWords words_of(const ManyOutcome& outcome, const ManyCommand& command) {
  if (!outcome.document.is_object() || outcome.document.value("schema", "") == "drydock.error/1") {
    const bool told = outcome.document.is_object() && outcome.document.contains("applied");
    return {"failed",
            told ? outcome.document.at("applied").get<std::vector<std::string>>() : std::vector<std::string>{}};
  }
  return command.read(outcome.document);
}

std::string trimmed(const std::string& text) {
  const std::size_t end = text.find_last_not_of(" \n");
  return text.substr(0, end == std::string::npos ? 0 : end + 1);
}

// The losses that nobody consented to, and the statement that failed on the shadow.
void append_objections(const Json& report, std::string& text) {
  if (!report.is_object() || !report.contains("migrations")) return;
  for (const Json& migration : report.at("migrations")) {
    const std::string file = migration.value("file", "");
    if (migration.contains("error") && migration.at("error").is_string())
      text += "\n" + file + ": " + migration.at("error").get<std::string>();
    for (const Json& loss : migration.value("losses", Json::array()))
      if (!loss.value("consented", false))
        text += "\n" + file + ":" + std::to_string(loss.value("line", 0)) + ": " + loss.value("kind", "") + " " +
                loss.value("object", "") + ", " + count_of(loss.value("rows", std::int64_t{0}), "row");
  }
}

std::string seconds_of(const ManyOutcome& outcome) {
  if (!outcome.exit_code) return "-";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", outcome.seconds);
  return text.data();
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

Paint paint_of(const ManyOutcome& outcome) {
  return !outcome.exit_code ? Paint::yellow : outcome.failed() ? Paint::red : Paint::green;
}

std::int64_t count(const std::vector<ManyOutcome>& outcomes, bool (*which)(const ManyOutcome&)) {
  return std::ranges::count_if(outcomes, which);
}

bool is_done(const ManyOutcome& outcome) { return outcome.succeeded(); }
bool is_failed(const ManyOutcome& outcome) { return outcome.failed(); }
bool is_not_started(const ManyOutcome& outcome) { return !outcome.exit_code; }

}  // namespace

std::string why_failed(const ManyOutcome& outcome) {
  if (!outcome.failed()) return {};
  std::string text;
  if (outcome.document.is_object()) text = outcome.document.value("message", "");
  if (text.empty()) text = trimmed(outcome.said);
  if (text.starts_with("error: ")) text.erase(0, 7);
  if (text.empty()) text = "it ended with exit " + std::to_string(*outcome.exit_code) + " and said nothing";
  if (!outcome.document.is_object()) return text;
  for (const char* report : {"rehearsal", "guard"})
    if (outcome.document.contains(report)) append_objections(outcome.document.at(report), text);
  if (outcome.document.value("schema", "") == "drydock.rehearsal/1") append_objections(outcome.document, text);
  return text;
}

std::string result_of(const ManyOutcome& outcome, const ManyCommand& command) {
  return outcome.exit_code ? words_of(outcome, command).result : "not-started";
}

std::string table_of(const std::vector<ManyOutcome>& outcomes, const ManyCommand& command, Style style) {
  struct Line {
    std::string name, result, versions, seconds;
    Paint paint;
  };
  std::vector<Line> lines;
  std::size_t names = 8, results = 6;
  for (const ManyOutcome& outcome : outcomes) {
    std::string result = result_of(outcome, command);
    if (outcome.failed()) result += " (exit " + std::to_string(*outcome.exit_code) + ")";
    const std::string versions =
        outcome.exit_code ? std::to_string(words_of(outcome, command).versions.size()) : std::string("-");
    lines.push_back({outcome.target->name(), result, versions, seconds_of(outcome), paint_of(outcome)});
    names = std::max(names, lines.back().name.size());
    results = std::max(results, result.size());
  }
  const std::string first = outcomes.front().target->schema.empty() ? "database" : "schema";
  const std::size_t versions = std::max(command.column.size(), std::size_t{4});
  std::string text = style.paint(Paint::dim, padded(first, names) + "  " + padded("result", results) + "  " +
                                                 right(command.column, versions) + "  " + right("seconds", 7)) +
                     "\n";
  for (const Line& line : lines)
    text += padded(line.name, names) + "  " + style.paint(line.paint, padded(line.result, results)) + "  " +
            right(line.versions, versions) + "  " + right(line.seconds, 7) + "\n";
  const std::int64_t failed = count(outcomes, is_failed), waiting = count(outcomes, is_not_started);
  return text + "\n" + count_of(static_cast<std::int64_t>(outcomes.size()), first) + ": " +
         std::to_string(count(outcomes, is_done)) + " done, " + std::to_string(failed) + " failed, " +
         std::to_string(waiting) + " not started\n";
}

nlohmann::ordered_json document_of(const std::vector<ManyOutcome>& outcomes, const ManyCommand& command,
                                   ExitCode code) {
  Json json{{"schema", "drydock." + command.name + "-many/1"},
            {"exit_code", static_cast<int>(code)},
            {"summary",
             {{"total", outcomes.size()},
              {"done", count(outcomes, is_done)},
              {"failed", count(outcomes, is_failed)},
              {"not_started", count(outcomes, is_not_started)}}},
            {"databases", Json::array()}};
  for (const ManyOutcome& outcome : outcomes) {
    const ManyTarget& target = *outcome.target;
    Json entry{{"database", target.database},
               {"schema_name", target.schema.empty() ? Json(nullptr) : Json(target.schema)},
               {"result", result_of(outcome, command)},
               {"exit_code", outcome.exit_code ? Json(*outcome.exit_code) : Json(nullptr)}};
    entry[command.column] = outcome.exit_code ? Json(words_of(outcome, command).versions) : Json::array();
    entry["seconds"] = outcome.exit_code ? Json(outcome.seconds) : Json(nullptr);
    entry["message"] = outcome.failed() ? Json(why_failed(outcome)) : Json(nullptr);
    entry["document"] = outcome.document;
    json["databases"].push_back(std::move(entry));
  }
  return json;
}

}  // namespace drydock
