#include "rehearsal/shadow/postgres_clone.h"

#include "rehearsal/shadow/postgres_census.h"
#include "rehearsal/shadow/postgres_derived.h"
#include "rehearsal/shadow/postgres_extensions.h"
#include "rehearsal/shadow/postgres_isolation.h"
#include "rehearsal/shadow/postgres_rows.h"
#include "rehearsal/shadow/shadow_directory.h"
#include "runner/sql/joined.h"

namespace drydock {

namespace {

using Section = PostgresArchive::Section;

void append(std::vector<std::string>& notes, std::vector<std::string> more) {
  for (std::string& note : more) notes.push_back(std::move(note));
}

void say(const CloneRequest& request, const std::string& line) {
  if (request.say) request.say(line);
}

void restore(const PostgresCloneJob& job, Section section, const Extensions& extensions) {
  try {
    job.archive.restore(section, job.shadow_url, job.ownership);
  } catch (const CannotRehearse& failure) {
    if (extensions.missing.empty()) throw;
    throw CannotRehearse(std::string(failure.what()) +
                         "\nthese extensions of the source are not installed here, and "
                         "its schema may need them: " +
                         joined(extensions.missing) +
                         "; install them, or point binaries in drydock.toml at "
                         "PostgreSQL programs that have them");
  }
}

std::map<std::string, std::int64_t> rows_in(const BackupContents& contents) {
  std::map<std::string, std::int64_t> rows;
  for (const TableContents& table : contents.tables) rows[table.name] = table.rows;
  return rows;
}

// What stays as a backup is what the rows come from: it is proved by the count on both sides.
CopiedRows restore_rows(const PostgresCloneJob& job, const Extensions& extensions, BackupContents& contents) {
  say(job.request, "restoring the rows from the backup that is kept");
  restore(job, Section::rows, extensions);
  contents = count_contents(job.shadow);
  return {rows_in(count_contents(job.source.database())), rows_in(contents)};
}

CopiedRows copy_rows(const PostgresCloneJob& job, const Extensions& extensions) {
  std::vector<TableToCopy> tables = tables_to_copy(job.source, extensions.missing);
  say(job.request, "copying " + std::to_string(tables.size()) + " tables");
  return copy_rows(job.source, job.shadow_url, tables, job.shadow.server_version() / 10000);
}

}  // namespace

PostgresClone fill_clone(const PostgresCloneJob& job) {
  PostgresClone clone;
  clone.notes = notes_on_source(job.source);
  Extensions extensions = compare_extensions(job.source, job.shadow, job.request.plan);
  append(clone.notes, extensions.notes);
  job.archive.leave_out(extensions.missing);
  // Another tool's command meets them as it will on the target; a plan passes there by its session's name.
  if (job.request.plan != nullptr) job.archive.leave_out_protection();
  restore(job, Section::before_rows, extensions);

  // Before anything of the source's runs here: a materialized view may read a foreign table.
  append(clone.notes, cut_connections(job.shadow));

  const CopiedRows rows =
      job.archive.holds_rows() ? restore_rows(job, extensions, clone.contents) : copy_rows(job, extensions);
  copy_sequence_values(job.source, job.shadow);
  say(job.request, "building indexes and constraints");
  restore(job, Section::after_rows, extensions);
  append(clone.notes, refresh_materialized_views(job.source, job.shadow));

  clone.source = postgres_census(job.source.database(), rows.sent);
  clone.shadow = postgres_census(job.shadow, rows.taken);
  return clone;
}

void restore_event_triggers(const PostgresCloneJob& job, std::vector<std::string>& notes) {
  if (!job.archive.has(Section::event_triggers)) return;
  if (job.ownership == PostgresArchive::Ownership::kept) {
    job.archive.restore(Section::event_triggers, job.shadow_url, job.ownership);
  } else {
    notes.emplace_back("the source's event triggers are not on the shadow: its role may not make them there");
  }
}

void require_another_database(PostgresSource& source, Database& shadow) {
  Rows identity = shadow.query(
      "SELECT pg_catalog.current_database(), CASE WHEN "
      "pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') "
      "THEN (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) ELSE '' END");
  const SourceFacts& facts = source.facts();
  bool same = identity.text(0, 0) == facts.database && identity.text(0, 1) == facts.system_identifier;
  if (same)
    throw CannotRehearse("the shadow is the source itself, " + source.url().display() + ": name another server");
}

CannotRehearse clone_failure(const DatabaseError& error, const DatabaseUrl& source,
                             const std::filesystem::path& directory, std::int64_t needed_bytes) {
  constexpr std::string_view disk_is_full = "53100";
  if (error.sqlstate() == disk_is_full) return disk_full(directory, needed_bytes);
  std::string code = error.sqlstate().empty() ? "" : " (" + error.sqlstate() + ")";
  return CannotRehearse("could not clone " + source.display() + ": " + error.what() + code +
                        "; the source was only read; run again, or name another source with --source");
}

}  // namespace drydock
