// The report as JUnit's XML, which every CI knows how to show: a case for each migration of the plan. What is rejected
// is a failure, what does not run to its end an error, what was not reached is skipped.
#include <algorithm>
#include <array>
#include <cstdio>

#include "runner/report/legible.h"
#include "runner/report/quantity.h"
#include "runner/report/wording.h"
#include "runner/report/writer.h"

namespace drydock {
namespace {

// For text and for attributes in double quotes: an end of a line would become a blank in an attribute.
std::string escaped(std::string_view bytes, std::string_view newline = "\n") {
  std::string text;
  for (const char letter : legible(bytes)) {
    if (letter == '&') {
      text += "&amp;";
    } else if (letter == '<') {
      text += "&lt;";
    } else if (letter == '>') {
      text += "&gt;";
    } else if (letter == '"') {
      text += "&quot;";
    } else if (letter == '\r') {
      text += "&#13;";
    } else if (letter == '\n') {
      text += newline;
    } else {
      text += letter;
    }
  }
  return text;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escaped(value, "&#10;") + "\"";
}

std::string time_attribute(double seconds) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.6f", seconds);
  return attribute("time", text.data());
}

std::string element(const std::string& tag, const std::string& attributes, std::string_view text) {
  return "      <" + tag + attributes + (text.empty() ? "/>\n" : ">" + escaped(text) + "</" + tag + ">\n");
}

std::string rejection_text(const ReportedMigration& migration) {
  std::string losses, consents;
  for (const ReportedLoss& loss : migration.losses) {
    if (loss.consented) continue;
    losses += loss_phrase(loss) + ", by " + place_of(migration, loss.line) + "\n";
    consents += loss.consent_line + "\n";
  }
  if (!losses.empty()) losses += "\nIf it is meant, add to " + consents_place_of(migration) + ":\n" + consents;
  if (!migration.undo || migration.undo->proved.value_or(true)) return losses;
  losses += undo_sentence(migration) + "\n";
  for (const std::string& difference : migration.undo->differences) losses += difference + "\n";
  return losses;
}

std::string rejection_message(const ReportedMigration& migration) {
  const std::int64_t losses = std::ranges::count(migration.losses, false, &ReportedLoss::consented);
  return losses == 0 ? undo_sentence(migration) : count_of(losses, "loss has", "losses have") + " no consent";
}

// What a reader should know although it decides nothing.
std::string remarks_on(const ReportedMigration& migration) {
  std::string text;
  for (const ReportedLoss& loss : migration.losses)
    if (loss.consented) text += loss_phrase(loss) + ", allowed: " + loss.reason + "\n";
  for (const ReportedConsent& consent : migration.unused_consents) text += "unused consent: " + consent.text + "\n";
  for (const ReportedFinding& finding : migration.findings)
    text += finding_sentence(migration, finding) + (finding.fix.empty() ? "" : " " + finding.fix) + "\n";
  if (migration.undo) text += undo_sentence(migration) + "\n";
  return text;
}

// The cases and how they ended, counted as they are written.
class Suite {
 public:
  void add(const ReportedMigration& migration) {
    std::string outcome;
    if (migration.verdict == "rejected") {
      ++failures_;
      outcome = element("failure", attribute("type", "rejected") + attribute("message", rejection_message(migration)),
                        rejection_text(migration));
    } else if (migration.verdict == "failed") {
      ++errors_;
      outcome = element("error", attribute("type", "failed") + attribute("message", migration.error), migration.error);
    }
    if (const std::string remarks = remarks_on(migration); !remarks.empty())
      outcome += element("system-out", "", remarks);
    add_case(place_of(migration, 0), migration.seconds, outcome);
  }

  void add_skipped(const std::string& version, const std::string& why) {
    ++skipped_;
    add_case(version, 0, element("skipped", attribute("message", why), ""));
  }

  void add_vacuous(const std::string& because) {
    ++errors_;
    const std::string told = because + ", so that nothing is proved";
    add_case("the shadow holds what the source holds", 0,
             element("error", attribute("type", "vacuous") + attribute("message", told), told));
  }

  // Several readers take a file without a case for one that is broken.
  void add_nothing_pending() { add_case("nothing is pending", 0, ""); }

  std::string counts(double seconds) const {
    return attribute("tests", std::to_string(tests_)) + attribute("failures", std::to_string(failures_)) +
           attribute("errors", std::to_string(errors_)) + attribute("skipped", std::to_string(skipped_)) +
           time_attribute(seconds);
  }
  const std::string& cases() const { return cases_; }

 private:
  void add_case(const std::string& name, double seconds, const std::string& outcome) {
    ++tests_;
    cases_ += "    <testcase" + attribute("name", name) + attribute("classname", "drydock.rehearsal") +
              time_attribute(seconds) + (outcome.empty() ? "/>\n" : ">\n" + outcome + "    </testcase>\n");
  }

  std::size_t tests_ = 0, failures_ = 0, errors_ = 0, skipped_ = 0;
  std::string cases_;
};

Suite suite_of(const Document& document) {
  Suite suite;
  const bool vacuous = document.verdict == "vacuous";
  if (vacuous) suite.add_vacuous(document.vacuous_because);
  for (const ReportedMigration& migration : document.migrations) suite.add(migration);
  for (const std::string& version : versions_not_run_in(document))
    suite.add_skipped(version, vacuous ? "not run: the shadow does not hold what the source holds"
                                       : "not run: a migration before it failed");
  if (suite.cases().empty()) suite.add_nothing_pending();
  return suite;
}

std::string properties_of(const Document& document) {
  std::string text = "    <properties>\n";
  const auto property = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) text += "      <property" + attribute("name", name) + attribute("value", value) + "/>\n";
  };
  property("verdict", document.verdict);
  property("database", document.source.database);
  property("plan", document.plan_hash);
  property("drydock", document.tool_version);
  return text + "    </properties>\n";
}

std::string circumstances_of(const Document& document) {
  std::string text = conclusion_of(document) + "\n";
  if (!document.shadow) return text;
  text += clone_sentence(document) + "\n" + place_sentence(document) + "\n";
  for (const std::string& note : document.shadow->notes) text += note + "\n";
  return text;
}

class JunitWriter final : public ReportWriter {
 public:
  std::string_view name() const override { return "junit"; }
  std::string_view ending() const override { return ".xml"; }

  std::string write(const Document& document, Style) const override {
    const Suite suite = suite_of(document);
    const std::string counts = suite.counts(document.seconds);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "drydock") + counts +
           ">\n  <testsuite" + attribute("name", "drydock rehearsal") + counts + ">\n" + properties_of(document) +
           suite.cases() + "    <system-out>" + escaped(circumstances_of(document)) +
           "</system-out>\n  </testsuite>\n</testsuites>\n";
  }
};

}  // namespace

std::unique_ptr<ReportWriter> make_junit_writer() { return std::make_unique<JunitWriter>(); }

}  // namespace drydock
