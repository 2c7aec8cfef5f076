// Fills an empty PostgreSQL database with the source's schema and rows, all of one snapshot, and cuts what would reach
// beyond it. The same for a throw-away server and for a database on another one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rehearsal/shadow/postgres_archive.h"
#include "rehearsal/shadow/postgres_binaries.h"
#include "rehearsal/shadow/postgres_source.h"
#include "rehearsal/shadow/shadow.h"

namespace drydock {

struct PostgresCloneJob {
  PostgresSource& source;
  PostgresArchive& archive;
  Database& shadow;        // a session of `shadow_url`'s
  DatabaseUrl shadow_url;  // whose role may make everything
  PostgresArchive::Ownership ownership = PostgresArchive::Ownership::kept;
  const CloneRequest& request;
};

struct PostgresClone {
  Census source, shadow;
  BackupContents contents;  // of the shadow, where it was restored from a backup that is kept
  std::vector<std::string> notes;
};

// REQUIRES: the roles that own and are granted are on the shadow, unless ownership is dropped. Throws CannotRehearse,
// Interrupted.
PostgresClone fill_clone(const PostgresCloneJob& job);

// At the very end, when drydock alters no object of the shadow any more: they would fire. Only a superuser may make
// them.
void restore_event_triggers(const PostgresCloneJob& job, std::vector<std::string>& notes);

// Two databases are the same where the server's identity and the name are. Throws CannotRehearse.
void require_another_database(PostgresSource& source, Database& shadow);

// What a server said about the source or the shadow, as the reason why there is no shadow. A full disk is told as such.
CannotRehearse clone_failure(const DatabaseError& error, const DatabaseUrl& source,
                             const std::filesystem::path& directory, std::int64_t needed_bytes);

}  // namespace drydock
