#include "runner/identity/identity.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <unordered_set>

#include "runner/plan/recorded.h"

namespace drydock {
namespace {

// "the database 3f2a… (environment production, project shop)": what a stamp says of itself.
std::string describe(const Stamp& stamp) {
  return "the id " + stamp.database_id + " (environment " + stamp.environment + ", project " + stamp.project + ")";
}

std::string nothing_done() { return " Nothing was sent to it."; }

[[noreturn]] void refuse(const std::string& why) { throw WrongTarget(why); }

void check_database_id(const Expectation& expected, const TargetState& target, const std::string& address,
                       bool holds_rows) {
  if (!expected.database_id) return;
  const std::string wanted = "environments." + expected.environment + ".id expects the database " +
                             *expected.database_id + ", and " + address + " ";
  if (!target.stamp && !holds_rows) {
    refuse(wanted + "is empty and carries no stamp: an empty database where another one is expected is never filled." +
           nothing_done() +
           " Check the address and whether its volume is the right one; for the first deployment of a "
           "new database run `drydock init --first-deploy`");
  }
  if (!target.stamp) {
    refuse(wanted + "carries no stamp." + nothing_done() +
           " Check the address; where it was restored without drydock's tables, or is to be taken over, run "
           "`drydock init`");
  }
  if (target.stamp->database_id != *expected.database_id) {
    refuse(wanted + "carries " + describe(*target.stamp) + "." + nothing_done() +
           " Check the address; a restored copy is taken over by `drydock init --as-copy " + expected.environment +
           "`");
  }
}

void check_environment(const Expectation& expected, const TargetState& target, const std::string& address) {
  if (!target.stamp || target.stamp->environment == expected.environment) return;
  const std::string& found = target.stamp->environment;
  refuse(address + " is stamped as " + found + ", and this run is for " + expected.environment +
         (expected.environment_given ? "." : ", the default.") + nothing_done() + " Where " + found +
         " is meant, give `--environment " + found + "`; a restored copy that is to serve as " + expected.environment +
         " is taken over by `drydock init --as-copy " + expected.environment + "`");
}

void check_unstamped(const Expectation& expected, const TargetState& target, const DatabaseUrl& url, bool holds_rows) {
  if (target.stamp) return;
  if (expected.is_protected && !holds_rows) {
    refuse(url.display() + " is empty and carries no stamp, and " + expected.environment +
           " is protected: it is not filled without being asked for." + nothing_done() +
           " Check the address; for the first deployment of a new database run `drydock init --first-deploy`");
  }
  if (holds_rows && !expected.environment_given && !url.is_local()) {
    refuse(url.display() +
           " holds rows and carries no stamp, and no environment was given: which one it is will not "
           "be guessed." +
           nothing_done() + " Give `--environment NAME`, or stamp the database by `drydock init --environment NAME`");
  }
}

bool says_applied(const HistoryRow& row) {
  return row.state == HistoryRow::State::applied && !row.id.starts_with(repeatable_prefix);
}

// A baseline speaks for every version that it replaces, in the folder and in the history. Versions are compared by
// number, so that a folder whose files were given wider versions is still the same project's.
void check_history(const Expectation& expected, const TargetState& target, const std::string& address,
                   const std::vector<MigrationFile>& files) {
  std::unordered_set<std::string_view> known;
  known.reserve(files.size());
  for (const MigrationFile& file : files) {
    if (file.kind != MigrationKind::repeatable) known.insert(file.version.significant());
    if (!file.baseline) continue;
    for (const ReplacedVersion& replaced : file.baseline->replaces) known.insert(replaced.version.significant());
  }
  const auto replaces_known = [&](const ReplacedVersion& replaced) {
    return known.contains(replaced.version.significant());
  };
  for (const HistoryRow& row : target.rows)
    if (says_applied(row) &&
        (known.contains(recorded_key(row.id)) || std::ranges::any_of(row.replaces, replaces_known)))
      return;

  const RecordedHistory recorded = gather(target.rows);
  const auto was_undone = [&](const HistoryRow& row) {
    const Recorded* own = recorded.migration(recorded_key(row.id));
    return row.replaces.empty() && own && !own->newest_applied;
  };
  const HistoryRow* unknown = nullptr;
  for (const HistoryRow& row : target.rows)
    if (says_applied(row) && !was_undone(row)) unknown = &row;
  if (!unknown) return;
  const auto whose = [&]() -> std::string {
    if (!target.stamp) return "it is another project's database.";
    if (target.stamp->project == expected.project)
      return "both projects are called " + expected.project + ", and a copied name proves nothing.";
    return "it is the database of the project " + target.stamp->project + ", and this is " + expected.project + ".";
  };
  refuse(address + " has a history of other migrations, " + unknown->id + "_" + unknown->name +
         " the newest, and none of its versions is in the folder: " + whose() + nothing_done() +
         " Check --database and --migrations");
}

}  // namespace

void check_identity(const Expectation& expectation, const TargetState& target, const DatabaseUrl& url, bool holds_rows,
                    const std::vector<MigrationFile>& files) {
  check_database_id(expectation, target, url.display(), holds_rows);
  check_environment(expectation, target, url.display());
  check_unstamped(expectation, target, url, holds_rows);
  check_history(expectation, target, url.display(), files);
}

bool sounds_like_production(const std::string& environment) {
  return environment == "production" || environment == "prod" || environment == "live";
}

std::string random_database_id() {
  std::array<unsigned char, 16> bytes{};
  if (getentropy(bytes.data(), bytes.size()) != 0) {
    throw std::system_error(errno, std::generic_category(), "the system gives no random bytes for a database id");
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string id;
  for (unsigned char byte : bytes) {
    id += digits[byte >> 4];
    id += digits[byte & 15];
  }
  return id;
}

std::string system_identifier(Database& database) {
  if (database.dialect() == Dialect::sqlite) return {};
  try {
    return database.query("SELECT system_identifier FROM pg_catalog.pg_control_system()").text(0, 0);
  } catch (const DatabaseError& error) {
    constexpr std::string_view insufficient_privilege = "42501";
    if (error.sqlstate() != insufficient_privilege) throw;
    return {};
  }
}

std::string identity_of(Database& database, const TargetState& state) {
  if (state.stamp) return state.stamp->database_id;
  if (database.dialect() == Dialect::sqlite) {
    std::error_code ignored;
    return "file " + std::filesystem::weakly_canonical(database.url().database(), ignored).string();
  }
  const std::string server = system_identifier(database);
  if (server.empty()) return {};
  return "server " + server + ", database " + database.query("SELECT pg_catalog.current_database()").text(0, 0);
}

}  // namespace drydock
