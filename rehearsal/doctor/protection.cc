// How far drops are refused, and where that stands in the way of an upgrade.
#include "runner/identity/protection.h"
#include "rehearsal/doctor/checks.h"

namespace drydock {
namespace {

// Roles that only the managed services have.
constexpr std::string_view managed_sql = R"(
SELECT rolname FROM pg_catalog.pg_roles
 WHERE rolname IN ('rdsadmin', 'cloudsqladmin', 'azuresu', 'alloydbadmin', 'supabase_admin') ORDER BY 1)";

class ProtectionCheck final : public Check {
 public:
  std::string_view name() const override { return "protection"; }

  std::vector<Symptom> look(const Patient& patient) const override {
    if (!patient.is_postgres() || patient.database == nullptr) return {};
    const Protection protection = read_protection(*patient.database);
    if (!protection.schema) return unprotected(patient);
    std::vector<Symptom> findings;
    if (!protection.event_trigger || !protection.current)
      findings.push_back({Symptom::Level::warning,
                          {},
                          protection.event_trigger ? "the protection is that of another version of drydock"
                                                   : "the protection is there and switched off: nothing is refused",
                          "`drydock protect`"});
    if (!protection.against_truncate.empty() && !protection.open_to_truncate.empty())
      findings.push_back({Symptom::Level::warning,
                          {},
                          "TRUNCATE is refused on some tables, and not on " + protection.open_to_truncate.front() +
                              " and " + std::to_string(protection.open_to_truncate.size() - 1) + " more",
                          "`drydock protect --truncate`"});
    if (const Rows managed = patient.database->query(managed_sql); !managed.empty())
      findings.push_back({Symptom::Level::note,
                          {},
                          "this is a managed service (there is a role " + managed.text(0, 0) +
                              "), and the protection is an event trigger, which some of them want gone before an "
                              "upgrade to the next major version",
                          "`drydock unprotect` before such an upgrade, `drydock protect` after it"});
    return findings;
  }

 private:
  static std::vector<Symptom> unprotected(const Patient& patient) {
    if (!patient.is_serious()) return {};
    return {{Symptom::Level::note,
             {},
             "whoever owns a table here can drop it, from anywhere",
             "`drydock protect` refuses drops outside of drydock"}};
  }
};

}  // namespace

std::unique_ptr<Check> make_protection_check() { return std::make_unique<ProtectionCheck>(); }

}  // namespace drydock
