// Whether the database says who it is.
#include "rehearsal/doctor/checks.h"
#include "runner/identity/identity.h"

namespace drydock {
namespace {

class StampCheck final : public Check {
 public:
  std::string_view name() const override { return "stamp"; }

  std::vector<Symptom> look(const Patient& patient) const override {
    if (patient.database == nullptr) return {};
    const std::string& where = patient.url.display();
    if (!patient.state.stamp)
      return {{Symptom::Level::warning,
               {},
               where + " carries no stamp: it cannot be told from another database under its address",
               "`drydock init --environment " + patient.environment + "`"}};
    const std::string& noted = patient.state.stamp->system_identifier;
    const std::string now = system_identifier(*patient.database);
    if (noted.empty() || now.empty() || noted == now) return {};
    return {{Symptom::Level::note,
             {},
             where + " was stamped on another server, with the system identifier " + noted + ", and this one's is " +
                 now + ": it was restored or upgraded since, or is a copy",
             "where it is a copy, `drydock init --as-copy ENVIRONMENT`"}};
  }
};

}  // namespace

std::unique_ptr<Check> make_stamp_check() { return std::make_unique<StampCheck>(); }

}  // namespace drydock
