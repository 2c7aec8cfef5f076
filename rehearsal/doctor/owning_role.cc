// Whether who logs in by this address owns the tables: what owns a table can drop it.
#include "rehearsal/doctor/checks.h"

namespace drydock {
namespace {

constexpr std::string_view sql = R"(
SELECT count(*), session_user, (session_user = current_user)::integer
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND pg_catalog.left(n.nspname, 3) <> 'pg_'
   AND n.nspname NOT IN ('information_schema', 'drydock', 'drydock_kept') AND pg_catalog.pg_get_userbyid(c.relowner) = session_user)";

class OwningRoleCheck final : public Check {
 public:
  std::string_view name() const override { return "owning-role"; }

  std::vector<Symptom> look(const Patient& patient) const override {
    if (!patient.is_postgres() || patient.database == nullptr || !patient.is_serious()) return {};
    const Rows rows = patient.database->query(sql);
    if (rows.integer(0, 0) == 0) return {};
    return {{Symptom::Level::warning,
             {},
             "the role " + rows.text(0, 1) + " logs in and owns " + rows.text(0, 0) +
                 " tables: where it is the application's too, a mistake in the application can drop them",
             "`drydock protect --roles --app " + rows.text(0, 1) + "` prints the split into two roles"}};
  }
};

}  // namespace

std::unique_ptr<Check> make_owning_role_check() { return std::make_unique<OwningRoleCheck>(); }

}  // namespace drydock
