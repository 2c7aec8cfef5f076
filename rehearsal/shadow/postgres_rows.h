// Moves the rows of the source's tables into the shadow's, through parallel pipes of COPY, all on one snapshot. What
// the two servers say they have sent and taken is the count of the rows on either side.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rehearsal/shadow/postgres_source.h"
#include "rehearsal/shadow/shadow.h"

namespace drydock {

// A table that holds rows of its own, and how they travel.
struct TableToCopy {
  std::string schema, name;
  std::string columns;    // quoted, with commas; "" where it has none
  std::string condition;  // of an extension's table: WHERE ...
  std::int64_t bytes = 0;
  bool binary = true;

  std::string display() const { return schema + "." + name; }
};

// The largest first.
std::vector<TableToCopy> tables_to_copy(PostgresSource& source, const std::vector<std::string>& missing_extensions);

// By "schema.name": what the source said it sent, and what the shadow said it took. They are equal.
struct CopiedRows {
  std::map<std::string, std::int64_t> sent, taken;
};

// REQUIRES: the tables are on the shadow, without indexes, constraints and triggers. `shadow` is its superuser's
// address. Throws DatabaseError, CannotRehearse, Interrupted.
CopiedRows copy_rows(PostgresSource& source, const DatabaseUrl& shadow, const std::vector<TableToCopy>& tables,
                     int shadow_major);

}  // namespace drydock
