// What is known of the target's last proved backup, where people and policies ask for it: `migrate`, `status`,
// `doctor`.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "runner/cli/settings.h"
#include "runner/history/history.h"
#include "runner/plan/plan.h"

namespace drydock {

// "none", or "7 h old": of the last backup of this target that was proved by its restore.
std::string last_proved_backup(const TargetState& target);

// The line that `migrate` and `status` print; nullopt for those who have never proved one, nor asked for any in
// drydock.toml.
std::optional<std::string> proved_backup_line(const TargetState& target, const Settings& settings);
// {"taken_at", "proved_at", "age_seconds", "rows"}, or null. What this run has kept is newer than what is recorded.
nlohmann::ordered_json proved_backup_json(const TargetState& target,
                                          const std::optional<BackupEvidence>& kept = std::nullopt);

// The evidence that a policy can go by.
struct KnownEvidence {
  std::optional<ProvedBackup> recorded;     // in the target
  std::optional<BackupEvidence> kept;       // of this run
  std::optional<std::int64_t> source_rows;  // of the target now, where they were counted
};

// "0007 consents to a loss": of the plan's first migration that does; "" where none does.
std::string consents_in(const Plan& plan);

// Throws Failure (exit 7) where [policy] backup asks for fresher or fuller evidence than there is. `why` says what
// needs it. REQUIRES: nothing was changed yet.
void require_backup_evidence(const std::string& why, const Settings& settings, const KnownEvidence& evidence);

}  // namespace drydock
