// A pooler between drydock and the server: it makes up the process number that it tells its clients.
#include "rehearsal/doctor/checks.h"

namespace drydock {
namespace {

class PoolerCheck final : public Check {
 public:
  std::string_view name() const override { return "pooler"; }

  std::vector<Symptom> look(const Patient& patient) const override {
    if (!patient.is_postgres() || patient.database == nullptr || patient.has_direct_database) return {};
    const std::int64_t told = patient.database->backend_pid();
    if (told == patient.database->query("SELECT pg_catalog.pg_backend_pid()").integer(0, 0)) return {};
    return {{Symptom::Level::warning,
             {},
             patient.url.display() +
                 " is a pooler's address: a session's settings may be another client's, and a clone "
                 "cannot be made through it",
             "set environments." + patient.environment +
                 ".direct_database in drydock.toml, or DRYDOCK_DIRECT_DATABASE, to the server's own address"}};
  }
};

}  // namespace

std::unique_ptr<Check> make_pooler_check() { return std::make_unique<PoolerCheck>(); }

}  // namespace drydock
