// Runs the text of a migration in a throw-away database, as a replay does.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "runner/migration/migration.h"
#include "squash/throwaways.h"

namespace drydock {

inline Migration migration_of(const std::string& text) {
  MigrationFile file;
  file.version = Version("1");
  file.name = "all";
  file.file = "1_all.sql";
  file.text = normalise_text(text);
  return parse_migration(file, Dialect::postgres);
}

inline void replay(ThrowawayDatabase& throwaway, const Migration& migration) {
  Database& database = throwaway.migrator();
  database.reset_session({});
  database.begin();
  for (const Statement& statement : migration.statements) {
    INFO(statement.text);
    if (statement.traits.needs_superuser && throwaway.superuser()) {
      throwaway.superuser()(database, statement);
    } else {
      database.run({&statement, 1}, Database::Sending::one_by_one);
    }
  }
  database.commit();
}

}  // namespace drydock
