// Which of the objects that a server's error names may be shown. Dynamic SQL makes names of values (EXECUTE
// format('CREATE TABLE %I', email)), so a name is shown only where nothing but an author can have chosen it: it was
// there before the migration, or the migration's own text says it, outside of quoted literals and COPY data.
#pragma once

#include "runner/database/database.h"
#include "runner/migration/migration.h"

namespace drydock {

// Whether the database, as it is now, is as it was before the migration: its first transaction was rolled back.
enum class Catalog { as_before_the_migration, may_hold_its_work };

// The names that may be shown; the others are "". Nothing of what code raised (RAISE ... USING TABLE = anything).
ErrorObjects objects_to_show(const DatabaseError::Details& details, const Migration& migration, Database& database,
                             Catalog catalog);

// " (table public.users, column email)"; "" where there is nothing to show.
std::string in_parentheses(const ErrorObjects& objects);

}  // namespace drydock
