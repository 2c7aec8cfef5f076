// judge(): an observation and the consents in the migrations give a verdict. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/observe/observation.h"
#include "runner/migration/loss.h"

namespace drydock {

enum class Level { safe, consented, rejected, failed, vacuous };  // in the order of severity
std::string_view to_string(Level level);

struct JudgedLoss {
  Loss loss;
  bool consented = false;
  std::string reason;    // of the consent
  std::string too_many;  // a consent names it, but its bound is lower: "rows<=2"
  // The line that would allow it, its bound with some head-room:
  // -- drydock:consent table-dropped public.legacy rows<=5 reason="..."
  std::string consent_line() const;
};

struct JudgedMigration {
  ObservedMigration observed;
  Level level = Level::safe;
  std::vector<JudgedLoss> losses;
  std::vector<Consent> unused;  // consents that match no loss
};

struct Verdict {
  Level level = Level::safe;  // the worst of the migrations
  std::vector<JudgedMigration> migrations;
  std::string vacuous_because;  // level vacuous
  bool allows_migrate() const { return level == Level::safe || level == Level::consented; }
};

// Losses against the consents of their own migration. A consent covers every loss of its kind and object that has at
// most `most_rows` rows; an undetermined loss is covered only by a consent without a bound.
JudgedMigration judge_migration(const ObservedMigration& observed, const std::vector<Consent>& consents);

Verdict judge(const Observation& observation, const std::vector<std::vector<Consent>>& consents_by_migration);

// The bound that a suggested consent carries: the rows with some head-room.
std::int64_t with_headroom(std::int64_t rows);

}  // namespace drydock
