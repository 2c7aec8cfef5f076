// Whether a backup of this database was ever proved by a restore, and lately.
#include "rehearsal/backup/moment.h"
#include "rehearsal/doctor/checks.h"

namespace drydock {
namespace {

// Where no policy says how old is too old: a drill a week is what cron makes without being noticed.
constexpr std::chrono::hours old_without_a_policy{7 * 24};

class BackupEvidenceCheck final : public Check {
 public:
  std::string_view name() const override { return "backup-evidence"; }

  std::vector<Symptom> look(const Patient& patient) const override {
    if (patient.database == nullptr || !patient.is_serious()) return {};
    if (!patient.state.backup)
      return {{Symptom::Level::warning,
               {},
               "no backup of " + patient.url.display() + " was ever proved by a restore: what it holds, and whose, " +
                   "nobody knows",
               "`drydock backup check FILE`, then `drydock drill` by cron"}};
    const std::chrono::seconds age = now() - moment_of(patient.state.backup->taken_at).value_or(Moment());
    if (age <= patient.backup_max_age.value_or(old_without_a_policy)) return {};
    return {{Symptom::Level::warning,
             {},
             "the last proved backup of " + patient.url.display() + " is " + age_text(age) + " old",
             "`drydock drill`, which proves the newest"}};
  }
};

}  // namespace

std::unique_ptr<Check> make_backup_evidence_check() { return std::make_unique<BackupEvidenceCheck>(); }

}  // namespace drydock
