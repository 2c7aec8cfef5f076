#include "rehearsal/observe/postgres_second_session.h"

namespace drydock {

bool PostgresSecondSession::shows_no_rows_of_others(const TouchedRelation& relation, const PlanRows& rows) {
  if (relation.mode != "RowExclusiveLock") return false;
  try {
    if (!session_) {
      OpenOptions options;
      options.application = "drydock guard";
      session_ = open_database(url_, options);
      session_->execute("SET lock_timeout = '1ms'; SET row_security = off");
    }
    const std::string condition = rows.own_xids.empty() ? "" : " WHERE " + written_by_others(rows.own_xids);
    return session_
               ->query("SELECT EXISTS (SELECT FROM ONLY " + drydock::quoted(relation.state.schema) + "." +
                       drydock::quoted(relation.state.name) + " t" + condition + ")")
               .text(0, 0) == "f";
  } catch (const DatabaseError&) {
    return false;
  }
}

}  // namespace drydock
