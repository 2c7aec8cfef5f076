#include "runner/cli/place_warnings.h"

namespace drydock {

Patient patient_of(const Settings& settings) {
  Patient patient{.url = settings.database(),
                  .clone = {.source = settings.direct_database(),
                            .target = settings.database(),
                            .plan = nullptr,
                            .server_url = settings.target.shadow_server,
                            .binaries = settings.config.binaries,
                            .shadow_directory = settings.config.shadow_directory,
                            .keep_backup = {},
                            .say = {}}};
  patient.environment = settings.environment;
  patient.is_protected = settings.target.is_protected;
  patient.has_direct_database = settings.direct_database_text.has_value();
  patient.provider = settings.target.shadow.value_or("");
  patient.backup_max_age = settings.config.backup_policy.max_age;
  patient.needs_shadow = settings.target.rehearsal == RehearsalPolicy::required;
  return patient;
}

void warn_of_place(const Settings& settings, Terminal& terminal) {
  for (const Symptom& finding : examine(patient_of(settings), Checks::cheap))
    terminal.warn(finding.message + "; " + finding.remedy + " (`drydock doctor` looks at more)");
}

}  // namespace drydock
