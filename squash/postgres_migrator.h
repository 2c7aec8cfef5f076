// The role whose objects belong to whoever runs the migrations. A session that only reads says who it is by the setting
// drydock.migrator; without it, it is the session's own user.
#pragma once

#include <string>

#include "runner/database/database.h"

namespace drydock {

struct Migrator {
  std::string name;
  std::string quoted;  // as the server writes it in SQL
};

inline Migrator migrator_of(Database& session) {
  const Rows rows = session.query(
      "SELECT m, pg_catalog.quote_ident(m) FROM (SELECT coalesce("
      "nullif(pg_catalog.current_setting('drydock.migrator', true), ''), session_user::text) AS m) r");
  return {rows.text(0, 0), rows.text(0, 1)};
}

}  // namespace drydock
