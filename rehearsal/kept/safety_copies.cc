#include "rehearsal/kept/safety_copies.h"

#include <algorithm>

namespace drydock {

std::unique_ptr<SafetyCopies> make_safety_copies(Database& database, const Plan& plan) {
  const bool wanted = std::ranges::any_of(plan.steps, [](const Step& step) {
    return step.action == Step::Action::run && step.migration.directives.keep.has_value();
  });
  if (!wanted) return nullptr;
  return database.dialect() == Dialect::sqlite ? make_sqlite_safety_copies(database)
                                               : make_postgres_safety_copies(database);
}

std::vector<Consent> objects_to_keep(const Step& step) {
  std::vector<Consent> objects;
  for (const Consent& consent : step.migration.directives.consents) {
    const bool known = std::ranges::any_of(objects, [&](const Consent& each) { return each.object == consent.object; });
    if (!known) objects.push_back(consent);
  }
  return objects;
}

bool may_lose(const Step& step, const Part& part) {
  return part.mode == Part::Mode::transaction ||
         !step.migration.statements[part.statements.front()].traits.loses_nothing_outside;
}

}  // namespace drydock
