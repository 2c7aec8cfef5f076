#include "rehearsal/verdict.h"

#include <algorithm>

namespace drydock {

std::string_view to_string(Level level) {
  switch (level) {
    case Level::safe:
      return "safe";
    case Level::consented:
      return "consented";
    case Level::rejected:
      return "rejected";
    case Level::failed:
      return "failed";
    case Level::vacuous:
      return "vacuous";
  }
  return "failed";
}

std::int64_t with_headroom(std::int64_t rows) {
  // A tenth more, and at least a few rows: production goes on writing between the rehearsal and the deployment.
  return rows + std::max<std::int64_t>(rows / 10, 2);
}

std::string JudgedLoss::consent_line() const {
  if (loss.object.text().find_first_of("\r\n") != std::string::npos)
    return "-- no consent can name this object: its name holds a line end";
  std::string line = "-- drydock:consent " + std::string(to_string(loss.kind)) + " " + loss.object.directive_text();
  if (loss.undetermined.empty()) line += " rows<=" + std::to_string(with_headroom(loss.rows));
  return line + " reason=\"...\"";
}

namespace {

bool names(const Consent& consent, const Loss& loss) {
  return consent.kind == loss.kind && consent.object == loss.object;
}

bool covers(const Consent& consent, const Loss& loss) {
  if (!names(consent, loss)) return false;
  return !consent.most_rows || (loss.undetermined.empty() && loss.rows <= *consent.most_rows);
}

JudgedLoss judge_loss(const Loss& loss, const std::vector<Consent>& consents) {
  JudgedLoss judged{.loss = loss, .consented = false, .reason = {}, .too_many = {}};
  for (const Consent& consent : consents) {
    if (covers(consent, loss)) {
      judged.consented = true;
      judged.reason = consent.reason;
      judged.too_many.clear();
      break;
    }
    if (names(consent, loss)) judged.too_many = "rows<=" + std::to_string(*consent.most_rows);
  }
  return judged;
}

// What will be destroyed first: whole tables before rows, rows before columns; then by size.
bool worse(const JudgedLoss& a, const JudgedLoss& b) {
  if (a.consented != b.consented) return !a.consented;
  if (a.loss.kind != b.loss.kind) return a.loss.kind < b.loss.kind;
  if (a.loss.rows != b.loss.rows) return a.loss.rows > b.loss.rows;
  return a.loss.object < b.loss.object;
}

}  // namespace

JudgedMigration judge_migration(const ObservedMigration& observed, const std::vector<Consent>& consents) {
  JudgedMigration judged{.observed = observed, .level = Level::safe, .losses = {}, .unused = {}};
  if (!observed.error.empty()) {
    judged.level = Level::failed;
    return judged;
  }
  for (const Loss& loss : observed.losses) {
    judged.losses.push_back(judge_loss(loss, consents));
    judged.level = std::max(judged.level, judged.losses.back().consented ? Level::consented : Level::rejected);
  }
  std::sort(judged.losses.begin(), judged.losses.end(), worse);
  for (const Consent& consent : consents) {
    const bool used = std::any_of(observed.losses.begin(), observed.losses.end(),
                                  [&](const Loss& loss) { return names(consent, loss); });
    if (!used) judged.unused.push_back(consent);
  }
  return judged;
}

Verdict judge(const Observation& observation, const std::vector<std::vector<Consent>>& consents_by_migration) {
  Verdict verdict;
  for (std::size_t i = 0; i < observation.migrations.size(); ++i) {
    verdict.migrations.push_back(judge_migration(observation.migrations[i], consents_by_migration.at(i)));
    verdict.level = std::max(verdict.level, verdict.migrations.back().level);
  }
  return verdict;
}

}  // namespace drydock
