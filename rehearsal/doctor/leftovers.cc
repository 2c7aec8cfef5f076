// What killed rehearsals left: copies of real people's data.
#include "rehearsal/doctor/checks.h"
#include "rehearsal/shadow/postgres_lent_database.h"
#include "rehearsal/shadow/shadow_directory.h"

namespace drydock {
namespace {

class LeftoversCheck final : public Check {
 public:
  std::string_view name() const override { return "leftovers"; }

  std::vector<Symptom> look(const Patient& patient) const override {
    std::vector<Symptom> findings;
    const AbandonedShadows found = abandoned_shadows(patient.clone.shadow_directory);
    for (const std::string& unseen : found.unseen)
      findings.push_back({Symptom::Level::note,
                          {},
                          "it was not looked at what killed rehearsals left in " + unseen,
                          "`drydock clean` as the user whose directory it is"});
    for (const auto& shadow : found.shadows)
      findings.push_back({Symptom::Level::warning,
                          {},
                          shadow.string() + " is a shadow whose rehearsal was killed: a copy of the rows",
                          "`drydock clean`"});
    if (!patient.is_postgres() || patient.database == nullptr) return findings;
    const Value prefix[] = {std::string(lent_for_shadows)};
    const Rows lent = patient.database->query(
        "SELECT datname FROM pg_catalog.pg_database WHERE pg_catalog.starts_with(datname, $1) ORDER BY 1", prefix);
    for (std::size_t row = 0; row < lent.rows.size(); ++row)
      findings.push_back({Symptom::Level::note,
                          {},
                          "the database " + lent.text(row, 0) +
                              " on this server was made for a rehearsal: one that is running, or was killed",
                          "`drydock clean` drops it where it was killed"});
    return findings;
  }
};

}  // namespace

std::unique_ptr<Check> make_leftovers_check() { return std::make_unique<LeftoversCheck>(); }

}  // namespace drydock
