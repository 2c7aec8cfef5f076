// The report as one page that can be attached, opened anywhere and printed: the verdict, what would be destroyed and
// what would allow it, then the migrations, then how it was found out.
//
// The template escapes; here texts are made legible first. A section of the template shows a text or a list only where
// it is not false: for an empty one `shown` gives false. A name that a section does not have is looked for around it,
// so that each object here sets every name of its section.
#include <algorithm>
#include <kainjow/mustache.hpp>

#include "runner/report/html_page.h"
#include "runner/report/legible.h"
#include "runner/report/quantity.h"
#include "runner/report/wording.h"
#include "runner/report/writer.h"

namespace drydock {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::list;
using kainjow::mustache::mustache;
using kainjow::mustache::object;

data text(std::string_view bytes) { return legible(bytes); }

data shown(std::string_view bytes) { return bytes.empty() ? data(false) : text(bytes); }

template <typename Item, typename Function>
list list_of(const std::vector<Item>& items, Function to_data) {
  list all;
  for (const Item& item : items) all.push_back(to_data(item));
  return all;
}

data loss_data(const ReportedMigration& migration, const ReportedLoss& loss) {
  return object{{"mark", loss.consented ? "consented" : "rejected"},
                {"kind", text(loss.kind)},
                {"object", text(loss.object)},
                {"extent", text(extent_of(loss))},
                {"measured", loss.undetermined.empty() ? "measured" : ""},
                {"place", text(place_of(migration, loss.line))},
                {"consented", loss.consented},
                {"reason", text(loss.reason)},
                {"too_many", shown(loss.too_many)}};
}

// Those without a consent first: they are what stops the plan.
list losses_of(const Document& document) {
  list losses;
  for (const bool consented : {false, true})
    for (const ReportedMigration& migration : document.migrations)
      for (const ReportedLoss& loss : migration.losses)
        if (loss.consented == consented) losses.push_back(loss_data(migration, loss));
  return losses;
}

list consents_to_add(const Document& document) {
  list consents;
  for (const ReportedMigration& migration : document.migrations) {
    std::string lines;
    for (const ReportedLoss& loss : migration.losses)
      if (!loss.consented) lines += (lines.empty() ? "" : "\n") + loss.consent_line;
    if (lines.empty()) continue;
    consents.push_back(object{{"whose", migration.file.empty() ? "" : "the head of "},
                              {"file", text(migration.file.empty() ? consents_place_of(migration) : migration.file)},
                              {"lines", text(lines)}});
  }
  return consents;
}

data remark(std::string_view level, std::string_view label, std::string_view said, std::string_view fix = {}) {
  return object{{"level", text(level)}, {"label", shown(label)}, {"text", text(said)}, {"fix", shown(fix)}};
}

data finding_data(const ReportedFinding& finding) {
  const bool grave = finding.level == "error" || finding.level == "warning";
  return remark(grave ? finding.level : "note", finding.rule,
                (finding.line > 0 ? "line " + std::to_string(finding.line) + ": " : "") + finding.message, finding.fix);
}

list remarks_on(const ReportedMigration& migration) {
  list remarks;
  if (!migration.error.empty()) remarks.push_back(remark("failed", "", migration.error));
  for (const ReportedConsent& consent : migration.unused_consents)
    remarks.push_back(remark("warning", "unused consent", consent.text));
  for (const ReportedFinding& finding : migration.findings) remarks.push_back(finding_data(finding));
  if (migration.undo)
    remarks.push_back(remark(migration.undo->proved.value_or(true) ? "note" : "error", "", undo_sentence(migration)));
  return remarks;
}

data statement_data(const ReportedStatement& statement) {
  const auto lock_data = [](const ReportedLock& lock) -> data {
    return object{
        {"object", text(lock.object)}, {"mode", text(lock.mode)}, {"seconds", duration_text(lock.held_seconds)}};
  };
  return object{{"line", statement.line > 0 ? std::to_string(statement.line) : ""},
                {"seconds", duration_text(statement.seconds)},
                {"rows", count_of(statement.rows, "row")},
                {"bytes", size_text(statement.wal_bytes)},
                {"held", list_of(statement.locks, lock_data)},
                {"rewritten", list_of(statement.rewrote, [](const std::string& table) { return text(table); })}};
}

// "3 statements, 16 kB of WAL, 1 table rewritten".
std::string statements_in_short(const std::vector<ReportedStatement>& statements) {
  std::int64_t wal = 0, rewritten = 0;
  for (const ReportedStatement& statement : statements) {
    wal += statement.wal_bytes;
    rewritten += static_cast<std::int64_t>(statement.rewrote.size());
  }
  return count_of(static_cast<std::int64_t>(statements.size()), "statement") +
         (wal > 0 ? ", " + size_text(wal) + " of WAL" : "") +
         (rewritten > 0 ? ", " + count_of(rewritten, "table") + " rewritten" : "");
}

// Not every database has all columns of the table of statements: one that would be empty is left out.
data migration_data(const ReportedMigration& migration) {
  const auto any = [&](const auto& holds) { return std::ranges::any_of(migration.statements, holds); };
  const list remarks = remarks_on(migration);
  return object{{"title", text(migration.version + " " + migration.name)},
                {"file", shown(migration.file)},
                {"level", text(migration.verdict)},
                {"took", migration.seconds > 0 ? duration_text(migration.seconds) : ""},
                {"has_remarks", !remarks.empty()},
                {"remarks", remarks},
                {"has_statements", !migration.statements.empty()},
                {"statements_in_short", statements_in_short(migration.statements)},
                {"statements", list_of(migration.statements, statement_data)},
                {"wal", any([](const ReportedStatement& statement) { return statement.wal_bytes != 0; })},
                {"locks", any([](const ReportedStatement& statement) { return !statement.locks.empty(); })},
                {"rewrites", any([](const ReportedStatement& statement) { return !statement.rewrote.empty(); })}};
}

data shadow_data(const Document& document) {
  if (!document.shadow) return false;
  const ReportedShadow& shadow = *document.shadow;
  return object{{"clone", text(clone_sentence(document))},
                {"gone", text(place_sentence(document))},
                {"has_notes", !shadow.notes.empty()},
                {"notes", list_of(shadow.notes, [](const std::string& note) { return text(note); })},
                {"provider", text(shadow.provider)},
                {"held", count_of(shadow.rows, "row") + " in " + count_of(shadow.tables, "table")},
                {"taken_at", text(shadow.taken_at)},
                {"plan", text(document.plan_hash)}};
}

list figures_of(const Document& document) {
  if (!document.shadow) return {};
  std::int64_t losses = 0;
  for (const ReportedMigration& migration : document.migrations)
    losses += static_cast<std::int64_t>(migration.losses.size());
  const auto unallowed = static_cast<std::int64_t>(document.losses_without_consent());
  const auto figure = [](const std::string& number, const char* of) { return object{{"figure", number}, {"of", of}}; };
  return {figure(count_of(unallowed, "loss", "losses"), "without a consent"),
          figure(count_of(losses - unallowed, "loss", "losses"), "with a consent"),
          figure(count_of(static_cast<std::int64_t>(document.migrations.size()), "migration"), "rehearsed"),
          figure(count_of(document.shadow->rows, "row"), "on the shadow"),
          figure(duration_text(document.seconds), "in all")};
}

std::string what_was_rehearsed(const Document& document) {
  const bool is_command = document.migrations.size() == 1 && document.migrations.front().file.empty();
  return is_command ? place_of(document.migrations.front(), 0)
                    : count_of(static_cast<std::int64_t>(document.plan.size()), "pending migration");
}

data page_data(const Document& document) {
  const std::string conclusion = conclusion_of(document);
  const std::size_t said = conclusion.find(':') == std::string::npos ? 0 : conclusion.find(':') + 1;
  const list losses = losses_of(document), consents = consents_to_add(document), figures = figures_of(document);
  return object{{"verdict", text(document.verdict)},
                {"verdict_said", text(conclusion.substr(0, said))},
                {"conclusion", text(conclusion.substr(said))},
                {"rehearsed", text(what_was_rehearsed(document))},
                {"database", shown(document.source.database)},
                {"has_figures", !figures.empty()},
                {"figures", figures},
                {"has_losses", !losses.empty()},
                {"losses", losses},
                {"has_consents", !consents.empty()},
                {"consents", consents},
                {"has_migrations", !document.plan.empty()},
                {"migrations", list_of(document.migrations, migration_data)},
                {"not_run", shown(not_run_in(document))},
                {"shadow", shadow_data(document)},
                {"version", shown(document.tool_version)}};
}

class HtmlWriter final : public ReportWriter {
 public:
  std::string_view name() const override { return "html"; }
  std::string_view ending() const override { return ".html"; }
  std::string write(const Document& document, Style) const override {
    return mustache(html_page).render(page_data(document));
  }
};

}  // namespace

std::unique_ptr<ReportWriter> make_html_writer() { return std::make_unique<HtmlWriter>(); }

}  // namespace drydock
