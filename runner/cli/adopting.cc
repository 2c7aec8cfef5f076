#include "runner/cli/adopting.h"

#include <algorithm>

#include "runner/cli/exit_code.h"
#include "runner/cli/foreign_lock.h"
#include "runner/cli/runner_name.h"
#include "runner/cli/version.h"
#include "runner/identity/identity.h"
#include "runner/report/quantity.h"

namespace drydock {
namespace {

std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += "\n  " + item;
  return text;
}

[[noreturn]] void refuse_several(const std::vector<FoundHistory>& found) {
  std::vector<std::string> tables;
  for (const FoundHistory& each : found)
    tables.push_back(std::string(each.reader->name()) + ": " + each.table.display());
  throw Failure(ExitCode::usage,
                "several tools keep a history here; nothing was changed. Say which by --from TOOL:" + listed(tables));
}

[[noreturn]] void refuse_none(const Database& database, const WantedHistory& wanted) {
  const std::string& from = wanted.from;
  if (!wanted.table.empty())
    throw Failure(ExitCode::usage, database.url().display() + " has no table " + wanted.table +
                                       " with the columns of " + (from.empty() ? "a tool that is known" : from) +
                                       "; nothing was changed. Check the table (--table, or adopt_table in "
                                       "drydock.toml), and --from");
  throw Failure(ExitCode::conflict,
                database.url().display() + " holds no history of " + (from.empty() ? "a tool that is known" : from) +
                    "; nothing was changed. Where nobody migrated it, and it is as the files up to a version make it, "
                    "run `drydock adopt --at VERSION`. A history in a table of another name is told by --table NAME; "
                    "the tools are: " +
                    adopt_reader_names());
}

// One tool may have several tables in several schemas: the one that a bare name finds is the tool's own.
FoundHistory only_one(std::vector<FoundHistory> found) {
  if (std::ranges::any_of(found, [](const FoundHistory& each) { return each.table.visible; }))
    std::erase_if(found, [](const FoundHistory& each) { return !each.table.visible; });
  if (found.size() == 1) return std::move(found.front());
  std::vector<std::string> tables;
  for (const FoundHistory& each : found) tables.push_back(each.table.display());
  throw Failure(ExitCode::usage, std::string(found.front().reader->name()) +
                                     " keeps several histories here; nothing was changed. Put the schema that is "
                                     "meant first in the search_path (options=-csearch_path%3DSCHEMA in the address):" +
                                     listed(tables));
}

// The one that an unattended adoption may take; nullopt where the tool has none here that says anything.
std::optional<FoundHistory> find_history_of(Database& database, const AdoptReader& reader, const std::string& table) {
  std::vector<FoundHistory> found = find_foreign_histories(database, table);
  std::erase_if(found, [&](const FoundHistory& each) {
    if (!table.empty() && !is_named(each.table, table)) return true;
    return each.reader != &reader || !each.says_anything;
  });
  if (found.empty()) return std::nullopt;
  return only_one(std::move(found));
}

std::string refusal_text(const Adoption& adoption, const FoundHistory& found) {
  std::string text = "the history in " + found.table.display() + " cannot be adopted as it is; nothing was changed";
  for (const std::string& refusal : adoption.refusals) text += "\n\n" + refusal;
  return found.reader->why_not().empty() ? text + "\n\nThen run `drydock adopt` again" : text;
}

std::vector<Statement> statements_of(const Recording& recording, const History& history, Dialect dialect) {
  std::vector<Statement> statements;
  for (const AdoptedVersion& version : recording.versions) {
    HistoryRow row = row_of(version, recording.how, dialect);
    row.attempt = version.attempt;
    row.applied_by = runner_name();
    row.tool_version = drydock::version();
    statements.push_back(history.record(row));
  }
  return statements;
}

}  // namespace

FoundHistory choose_history(Database& database, const WantedHistory& wanted) {
  const std::string& from = wanted.from;
  if (!from.empty() && find_adopt_reader(from) == nullptr)
    throw Failure(ExitCode::usage, "--from " + from + ": no such tool; there are: " + adopt_reader_names());
  std::vector<FoundHistory> found = find_foreign_histories(database, wanted.table);
  std::erase_if(found, [&](const FoundHistory& each) {
    if (!wanted.table.empty() && !is_named(each.table, wanted.table)) return true;
    if (!from.empty() && each.reader->name() != from) return true;
    return wanted.enough == WantedHistory::Enough::history && !each.says_anything;
  });
  if (found.empty()) refuse_none(database, wanted);
  const auto is_other = [&](const FoundHistory& each) { return each.reader != found.front().reader; };
  if (std::ranges::any_of(found, is_other)) refuse_several(found);
  return only_one(std::move(found));
}

Adoption adoption_from(Target& target, const FoundHistory& found) {
  const ForeignHistory history = found.reader->read(target.database(), found.table);
  Adoption adoption = match(*found.reader, found.table, history, target.files(), target.originals());
  if (!adoption.refusals.empty()) throw Failure(ExitCode::conflict, refusal_text(adoption, found));
  return adoption;
}

void record(Target& target, const Settings& settings, const Recording& recording) {
  Database& database = target.database();
  History history(database);
  if (!target.state().has_history) history.create();
  const std::vector<Statement> statements = statements_of(recording, history, database.dialect());
  const Stamp stamp{random_database_id(), settings.environment, settings.project, system_identifier(database)};
  database.begin();
  try {
    if (recording.recheck) recording.recheck();
    database.run(statements, Database::Sending::together);
    if (recording.stamp && !target.state().stamp) history.write_stamp(stamp);
    database.commit();
  } catch (...) {
    database.rollback();
    throw;
  }
}

std::unique_ptr<MigrationLock> lock_to_adopt(Target& target, const Settings& settings, std::chrono::milliseconds wait,
                                             Terminal& terminal) {
  LockRequest request;
  request.wait = wait;
  request.progress = [&target] {
    target.read_again();
    return static_cast<std::int64_t>(target.state().rows.size());
  };
  request.on_wait = [&terminal](const std::string& holder) { terminal.say("waiting for another runner: " + holder); };
  std::unique_ptr<MigrationLock> lock = acquire_lock(settings.direct_database(), request);
  target.open_to_apply();
  target.read_again();
  return lock;
}

void adopt_unattended(Target& target, const Settings& settings, std::chrono::milliseconds wait, Terminal& terminal) {
  const AdoptReader* reader = settings.config.adopt ? find_adopt_reader(*settings.config.adopt) : nullptr;
  if (reader == nullptr || !target.exists() || !target.state().rows.empty()) return;
  const std::optional<FoundHistory> found =
      find_history_of(target.database(), *reader, settings.config.adopt_table.value_or(""));
  if (!found) return;
  const ForeignLock foreign_lock(settings.direct_database(), *found, wait);
  const Adoption adoption = adoption_from(target, *found);
  if (!adoption.left_out.empty())
    throw Failure(ExitCode::conflict, std::string(reader->name()) +
                                          " left out files below the last that it applied, so that its history is not "
                                          "adopted unattended; nothing was changed. Look at it by `drydock adopt`:" +
                                          listed(adoption.left_out));
  record(target, settings,
         {.versions = adoption.versions,
          .how = "adopted from " + std::string(reader->name()),
          .stamp = false,
          .recheck = [&] { require_foreign_lock(target.database(), *found); }});
  target.read_again();
  terminal.say("adopted from " + std::string(reader->name()) +
               ", as drydock.toml says: " + count_of(static_cast<std::int64_t>(adoption.versions.size()), "migration"));
}

}  // namespace drydock
