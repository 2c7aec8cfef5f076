// The report for a terminal: what will be destroyed first, each with the line that would allow it, then the migrations
// one by one, then how it was found out.
#include "runner/report/legible.h"
#include "runner/report/quantity.h"
#include "runner/report/wording.h"
#include "runner/report/writer.h"

namespace drydock {
namespace {

Paint paint_of(std::string_view verdict) {
  if (verdict == "safe") return Paint::green;
  return verdict == "consented" ? Paint::yellow : Paint::red;
}

std::string loss_text(const ReportedMigration& migration, const ReportedLoss& loss, Style style) {
  std::string text = "  " + style.paint(loss.consented ? Paint::yellow : Paint::red, loss.kind) + "  " +
                     style.paint(Paint::bold, loss.object) + "  " + extent_of(loss) + "\n    by " +
                     place_of(migration, loss.line);
  if (loss.consented) return text + "\n    allowed: " + loss.reason + "\n";
  if (!loss.too_many.empty()) text += "\n    its consent allows " + loss.too_many + " only";
  return text + "\n    if it is meant, add to " + consents_place_of(migration) + ":\n    " + loss.consent_line + "\n";
}

// The losses of all migrations that have a consent, or of those that have none.
std::string losses_text(const Document& document, bool consented, Style style) {
  std::string text;
  for (const ReportedMigration& migration : document.migrations)
    for (const ReportedLoss& loss : migration.losses)
      if (loss.consented == consented) text += loss_text(migration, loss, style);
  return text;
}

std::string migration_text(const ReportedMigration& migration, Style style) {
  std::string text = "  " + migration.version + " " + migration.name + "  " +
                     style.paint(paint_of(migration.verdict), migration.verdict) +
                     (migration.seconds > 0 ? ", " + duration_text(migration.seconds) : "") + "\n";
  if (!migration.error.empty()) text += "    " + migration.error + "\n";
  for (const ReportedConsent& consent : migration.unused_consents) text += "    unused consent: " + consent.text + "\n";
  for (const ReportedFinding& finding : migration.findings)
    text +=
        "    " + finding_sentence(migration, finding) + (finding.fix.empty() ? "" : "\n      " + finding.fix) + "\n";
  if (migration.undo) text += "    " + undo_sentence(migration) + "\n";
  return text;
}

class TextWriter final : public ReportWriter {
 public:
  std::string_view name() const override { return "text"; }
  std::string_view ending() const override { return ".txt"; }

  std::string write(const Document& document, Style style) const override {
    std::string text;
    if (const std::string lost = losses_text(document, false, style); !lost.empty())
      text += style.paint(Paint::bold, "Would be lost, without a consent:") + "\n" + lost + "\n";
    if (const std::string lost = losses_text(document, true, style); !lost.empty())
      text += style.paint(Paint::bold, "Would be lost, as consented:") + "\n" + lost + "\n";
    if (!document.migrations.empty()) text += style.paint(Paint::bold, "Migrations:") + "\n";
    for (const ReportedMigration& migration : document.migrations) text += migration_text(migration, style);
    if (const std::string rest = not_run_in(document); !rest.empty()) text += "  not run: " + rest + "\n";
    if (document.shadow) {
      text += "\n" + clone_sentence(document) + "\n" + place_sentence(document) + "\n";
      for (const std::string& note : document.shadow->notes) text += "  " + note + "\n";
    }
    text += (text.empty() ? "" : "\n") + style.paint(paint_of(document.verdict), conclusion_of(document)) + "\n";
    return visible(text, style.colours);
  }
};

}  // namespace

std::unique_ptr<ReportWriter> make_text_writer() { return std::make_unique<TextWriter>(); }

}  // namespace drydock
