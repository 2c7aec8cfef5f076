// The table of the checks, in the order in which they are told: who it is, where it lies, who may do what, what a
// rehearsal needs.
#include "rehearsal/doctor/checks.h"

namespace drydock {

const std::vector<std::unique_ptr<Check>>& all_checks() {
  static const std::vector<std::unique_ptr<Check>> checks = [] {
    std::vector<std::unique_ptr<Check>> made;
    for (const auto make :
         {make_stamp_check, make_backup_evidence_check, make_sqlite_file_check, make_cluster_directory_check,
          make_compose_volume_check, make_several_servers_check, make_owning_role_check, make_protection_check,
          make_pooler_check, make_clocks_check, make_shadow_check, make_extensions_check, make_leftovers_check})
      made.push_back(make());
    return made;
  }();
  return checks;
}

std::vector<Symptom> examine(const Patient& patient, Checks which) {
  std::vector<Symptom> findings;
  for (const auto& check : all_checks()) {
    if (which == Checks::cheap && !check->is_cheap()) continue;
    std::vector<Symptom> found;
    try {
      found = check->look(patient);
    } catch (const DatabaseError& error) {
      if (error.details().connection_lost || error.details().canceled) throw;
      found = {{Symptom::Level::warning,
                {},
                "could not be found out: " + std::string(error.what()),
                "run `drydock doctor` as a role that may read the catalogs"}};
    }
    for (Symptom& finding : found) {
      finding.check = check->name();
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

}  // namespace drydock
