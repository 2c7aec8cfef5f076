// The report as SARIF 2.1.0, which code scanning shows beside the lines of a migration: a result for each loss, for a
// statement that failed, for a consent that matches nothing, for each finding.
//
// Every result has a location, since code scanning takes no file in which one has none. Where no file of the project's
// is at fault, it is the one in which something can be done about it: drydock.consents, or the folder of the
// migrations.
#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "runner/report/json_text.h"
#include "runner/report/legible.h"
#include "runner/report/sarif_rules.h"
#include "runner/report/wording.h"
#include "runner/report/writer.h"

namespace drydock {
namespace {

using Json = nlohmann::ordered_json;

// In a message braces stand for arguments unless they are doubled, and [text](target) is a link.
Json message(std::string_view bytes) {
  std::string text;
  for (const char letter : legible(bytes)) {
    if (letter == '(' && text.ends_with(']')) text += ' ';
    text.append(letter == '{' || letter == '}' ? 2 : 1, letter);
  }
  return {{"text", text}};
}

// The path as a URI, absolute or as seen from the root of the repository. A colon is encoded too: what stands before it
// would be read as a scheme.
std::string uri_of(std::string_view path) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char letter : path) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool plain =
        byte < 0x80 && (std::isalnum(byte) != 0 || std::string_view("-._~/").find(letter) != std::string_view::npos);
    if (plain)
      uri += letter;
    else
      uri.append({'%', digits[byte >> 4U], digits[byte & 15U]});
  }
  return uri;
}

Json location(const std::string& path, int line) {
  Json physical{{"artifactLocation", {{"uri", uri_of(path)}}}};
  if (line > 0) physical["region"] = {{"startLine", line}};
  return {{"physicalLocation", physical}};
}

std::string loss_text(const ReportedMigration& migration, const ReportedLoss& loss) {
  const std::string lost = loss_phrase(loss) + (migration.file.empty() ? ", by " + place_of(migration, 0) : "") + ". ";
  if (loss.consented) return lost + "Allowed: " + loss.reason;
  return lost + (loss.too_many.empty() ? "No consent allows it." : "Its consent allows " + loss.too_many + " only.") +
         " If it is meant, add to " + consents_place_of(migration) + ":\n" + loss.consent_line;
}

std::string_view sarif_level(std::string_view level) {
  return level == "error" || level == "warning" ? level : std::string_view("note");
}

// The results, and the rules that they are of, each once.
class Results {
 public:
  explicit Results(const Document& document) : document_(document) {
    if (document.verdict == "vacuous")
      add(vacuous_shadow_rule, "error", document.vacuous_because + ", so that nothing is proved.",
          location(document.folder.empty() ? "." : document.folder, 0));
    for (const ReportedMigration& migration : document.migrations) add(migration);
  }

  const Json& results() const { return results_; }
  const Json& rules() const { return rules_; }

 private:
  void add(const ReportedMigration& migration) {
    const auto at = [&](int line) { return location(file_of(migration), line); };
    for (const ReportedLoss& loss : migration.losses) {
      Json where = at(loss.line);
      where["logicalLocations"] = Json::array({{{"fullyQualifiedName", legible(loss.object)}}});
      add(loss.kind, loss.consented ? "note" : "error", loss_text(migration, loss), where);
    }
    if (!migration.error.empty()) add(migration_failed_rule, "error", migration.error, at(migration.error_line));
    for (const ReportedConsent& consent : migration.unused_consents)
      add(unused_consent_rule, "warning", "Unused consent: " + consent.text, at(consent.line));
    for (const ReportedFinding& finding : migration.findings)
      add(finding.rule, sarif_level(finding.level), finding.message + (finding.fix.empty() ? "" : " " + finding.fix),
          at(finding.line));
  }

  void add(std::string_view rule, std::string_view level, const std::string& text, const Json& where) {
    results_.push_back({{"ruleId", rule},
                        {"ruleIndex", index_of(rule)},
                        {"level", level},
                        {"message", message(text)},
                        {"locations", Json::array({where})}});
  }

  std::string file_of(const ReportedMigration& migration) const {
    const std::string file = migration.file.empty() ? "drydock.consents" : migration.file;
    return document_.folder.empty() || file.starts_with('/') ? file : document_.folder + "/" + file;
  }

  std::size_t index_of(std::string_view id) {
    const auto found = std::ranges::find_if(rules_, [&](const Json& rule) { return rule.at("id") == id; });
    if (found != rules_.end()) return static_cast<std::size_t>(found - rules_.begin());
    const SarifRule* known = sarif_rule(id);
    Json rule{{"id", id}, {"shortDescription", message(known ? std::string(known->about) : sentence_of_rule(id))}};
    if (known) rule["help"] = message(known->remedy);
    rules_.push_back(rule);
    return rules_.size() - 1;
  }

  const Document& document_;
  Json results_ = Json::array(), rules_ = Json::array();
};

// The run itself, with what the shadow was and what was cut off from it.
Json invocation_of(const Document& document) {
  Json notifications = Json::array();
  const auto notify = [&](const std::string& text) {
    notifications.push_back({{"level", "note"}, {"message", message(text)}});
  };
  notify(conclusion_of(document));
  if (document.shadow) {
    notify(clone_sentence(document) + " " + place_sentence(document));
    for (const std::string& note : document.shadow->notes) notify(note);
  }
  if (const std::string rest = not_run_in(document); !rest.empty()) notify("Not run: " + rest);
  return {{"executionSuccessful", document.verdict != "vacuous"}, {"toolExecutionNotifications", notifications}};
}

class SarifWriter final : public ReportWriter {
 public:
  std::string_view name() const override { return "sarif"; }
  std::string_view ending() const override { return ".sarif"; }

  std::string write(const Document& document, Style) const override {
    const Results results(document);
    Json driver{{"name", "drydock"}};
    if (!document.tool_version.empty()) driver["version"] = document.tool_version;
    driver["rules"] = results.rules();
    const Json run{{"tool", {{"driver", driver}}},
                   {"invocations", Json::array({invocation_of(document)})},
                   {"results", results.results()},
                   {"properties", {{"verdict", document.verdict}, {"plan", document.plan_hash}}}};
    const Json log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                   {"version", "2.1.0"},
                   {"runs", Json::array({run})}};
    return json_text(log) + "\n";
  }
};

}  // namespace

std::unique_ptr<ReportWriter> make_sarif_writer() { return std::make_unique<SarifWriter>(); }

}  // namespace drydock
