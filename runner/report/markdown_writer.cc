// The report for a pull request: the verdict as its heading, the losses as a table, the rest folded away.
#include "runner/report/legible.h"
#include "runner/report/quantity.h"
#include "runner/report/wording.h"
#include "runner/report/writer.h"

namespace drydock {
namespace {

// Text between the bars of a table: nothing in it may end a cell, or be markup or HTML.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '\n' || letter == '\r') {
      escaped += ' ';
      continue;
    }
    if (letter == '<') {
      escaped += "&lt;";
      continue;
    }
    if (std::string_view("|\\`*_[]").find(letter) != std::string_view::npos) escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

// A name in a code span, where it holds nothing that would end one.
std::string code(const std::string& name) {
  return name.find_first_of("|`<\n\r") == std::string::npos ? "`" + name + "`" : cell(name);
}

std::string losses_table(const Document& document) {
  std::string rows;
  for (const ReportedMigration& migration : document.migrations)
    for (const ReportedLoss& loss : migration.losses)
      rows += "| " + loss.kind + " | " + code(loss.object) + " | " + cell(extent_of(loss)) + " | " +
              code(place_of(migration, loss.line)) + " | " + (loss.consented ? cell(loss.reason) : "**none**") + " |\n";
  if (rows.empty()) return {};
  return "\n| loss | object | extent | by | consent |\n| --- | --- | --- | --- | --- |\n" + rows;
}

std::string consents_to_add(const Document& document) {
  std::string text;
  for (const ReportedMigration& migration : document.migrations) {
    std::string lines;
    for (const ReportedLoss& loss : migration.losses)
      if (!loss.consented) lines += loss.consent_line + "\n";
    if (!lines.empty())
      text += "\nIf it is meant, add to " +
              (migration.file.empty() ? code("drydock.consents") : "the head of " + code(migration.file)) +
              ":\n\n```sql\n" + lines + "```\n";
  }
  return text;
}

std::string migrations_table(const Document& document) {
  if (document.migrations.empty()) return {};
  std::string text = "\n| migration | verdict | took |\n| --- | --- | --- |\n";
  for (const ReportedMigration& migration : document.migrations)
    text += "| " + code(migration.file) + " | " + migration.verdict + " | " + duration_text(migration.seconds) + " |\n";
  return text;
}

std::string remarks(const Document& document) {
  std::string text;
  for (const ReportedMigration& migration : document.migrations) {
    if (!migration.error.empty()) text += "- " + cell(migration.error) + "\n";
    for (const ReportedConsent& consent : migration.unused_consents)
      text += "- " + code(migration.file) + ": unused consent: " + cell(consent.text) + "\n";
    for (const ReportedFinding& finding : migration.findings)
      text += "- " + cell(finding_sentence(migration, finding) + (finding.fix.empty() ? "" : " " + finding.fix)) + "\n";
  }
  for (const ReportedMigration& migration : document.migrations)
    if (migration.undo) text += "- " + code(migration.file) + ": " + cell(undo_sentence(migration)) + "\n";
  if (const std::string rest = not_run_in(document); !rest.empty()) text += "- not run: " + rest + "\n";
  return text.empty() ? text : "\n" + text;
}

std::string circumstances(const Document& document) {
  if (!document.shadow) return {};
  std::string text = "\n<details><summary>How this was found out</summary>\n\n" +
                     cell(clone_sentence(document) + " " + place_sentence(document)) + "\n";
  for (const std::string& note : document.shadow->notes) text += "\n- " + cell(note);
  return text + (document.shadow->notes.empty() ? "" : "\n") + "\nPlan: " + document.plan_hash + "\n\n</details>\n";
}

class MarkdownWriter final : public ReportWriter {
 public:
  std::string_view name() const override { return "markdown"; }
  std::string_view ending() const override { return ".md"; }

  std::string write(const Document& document, Style) const override {
    return legible("## Migration rehearsal: " + document.verdict + "\n\n" + cell(conclusion_of(document)) + "\n" +
                   losses_table(document) + consents_to_add(document) + migrations_table(document) + remarks(document) +
                   circumstances(document));
  }
};

}  // namespace

std::unique_ptr<ReportWriter> make_markdown_writer() { return std::make_unique<MarkdownWriter>(); }

}  // namespace drydock
