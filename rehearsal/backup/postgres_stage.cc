// PostgreSQL: pg_dump of the private copy, the target emptied, pg_restore in one transaction. What production alone may
// have stays behind: its stamp and policy, the addresses and passwords of foreign servers, subscriptions and
// publications, event triggers, and what drydock keeps of dropped tables.
#include <algorithm>
#include <array>
#include <fstream>
#include <set>

#include "rehearsal/backup/stage.h"
#include "rehearsal/shadow/child_process.h"
#include "rehearsal/shadow/postgres_binaries.h"
#include "rehearsal/shadow/postgres_client_program.h"
#include "rehearsal/shadow/shadow_directory.h"
#include "runner/identity/emptying.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

// Whom the objects of this database name: 'a' in their grants, 'r' in their policies.
std::string roles_named(std::string_view dependency) {
  return "SELECT DISTINCT pg_catalog.pg_get_userbyid(s.refobjid) FROM pg_catalog.pg_shdepend s"
         " WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND s.refobjid <> 0"
         " AND s.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())"
         " AND s.deptype = '" +
         std::string(dependency) + "'";
}

std::set<std::string> names(Database& database, std::string_view query) {
  const Rows rows = database.query(query);
  std::set<std::string> result;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) result.insert(rows.text(row, 0));
  return result;
}

std::string missing(const std::set<std::string>& wanted, const std::set<std::string>& there) {
  std::string text;
  for (const std::string& name : wanted)
    if (!there.contains(name)) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::set<std::string> roles_of(Database& database) {
  return names(database, "SELECT rolname FROM pg_catalog.pg_roles");
}

int major_of(Database& database) { return database.server_version() / 10000; }

// Whatever can be known to fail is refused while the target still holds what it holds.
void require_fitting(const StageRequest& request) {
  Database& copy = request.backup.database();
  const std::string& where = request.target.url().display();
  if (major_of(request.target) < major_of(copy))
    throw StagingFailed("the backup was restored by " + copy.server() + ", and " + where + " is an older " +
                        request.target.server() + "; nothing was changed there. Give a server of the same version");
  const std::string lacking = missing(names(copy, "SELECT extname FROM pg_catalog.pg_extension"),
                                      names(request.target, "SELECT name FROM pg_catalog.pg_available_extensions"));
  if (!lacking.empty())
    throw StagingFailed("the server of " + where + " lacks extensions that the backup needs: " + lacking +
                        "; nothing was changed there. Install them on that server");
  const std::string strangers = missing(names(copy, roles_named("r")), roles_of(request.target));
  if (!strangers.empty())
    throw StagingFailed("policies of the backup name roles that the server of " + where +
                        " does not have: " + strangers + "; nothing was changed there. Make them by CREATE ROLE");
}

PostgresBinaries client_programs(const StageRequest& request) {
  const int major = major_of(request.backup.database());
  const auto found = binaries_for(major, installed_binaries(request.binaries, Programs::client));
  if (found) return *found;
  throw CannotRehearse("to fill the staging database it takes pg_dump and pg_restore of version " +
                       std::to_string(major) + ", and they are not on this machine");
}

bool stays_behind(std::string_view entry, const std::set<std::string>& schemas) {
  // Some only their owner may make, or name a role of production's.
  static constexpr std::array<std::string_view, 5> kinds = {"USER MAPPING ", "EVENT TRIGGER ", "COMMENT - EXTENSION ",
                                                            "COMMENT - EVENT TRIGGER ", "DEFAULT ACL "};
  if (std::ranges::any_of(kinds, [&](std::string_view kind) { return entry.starts_with(kind); })) return true;
  return std::ranges::any_of(schemas,
                             [&](const std::string& schema) { return entry.starts_with("SCHEMA - " + schema + " "); });
}

class Transfer {
 public:
  explicit Transfer(const StageRequest& request)
      : request_(request),
        binaries_(client_programs(request)),
        scratch_(shadow_base(request.shadow_directory, std::nullopt), std::nullopt, size_of(request.backup)) {}

  void dump() const {
    const ClientAddress address(request_.backup.database().url(), scratch_.path());
    run("pg_dump",
        {"--format=custom", "--compress=0", "--no-owner", "--no-subscriptions", "--no-publications",
         "--no-security-labels", "--no-tablespaces", "--no-password", "--exclude-table=drydock.stamp",
         "--exclude-table=drydock.policy", "--exclude-table=drydock.kept*", "--exclude-schema=drydock_kept",
         "--exclude-schema=drydock_protect", "--file=" + archive(), "--dbname=" + address.conninfo()},
        address.variables(), "the restored copy could not be read");
  }

  // REQUIRES: the target is empty.
  void restore(bool grants) const {
    write_contents(names(request_.target, "SELECT nspname FROM pg_catalog.pg_namespace"));
    const ClientAddress address(request_.target.url(), scratch_.path());
    std::vector<std::string> options{"--single-transaction",
                                     "--exit-on-error",
                                     "--no-owner",
                                     "--no-tablespaces",
                                     "--no-password",
                                     "--use-list=" + (scratch_.path() / "wanted").string(),
                                     "--dbname=" + address.conninfo()};
    if (!grants) options.emplace_back("--no-privileges");
    options.push_back(archive());
    run("pg_restore", std::move(options), address.variables(),
        request_.target.url().display() +
            " was emptied, and then the backup could not be put in; it holds nothing but its stamp. Mend the reason, "
            "and run the command again");
  }

 private:
  static std::int64_t size_of(RestoredBackup& backup) {
    return backup.database().query("SELECT pg_catalog.pg_database_size(pg_catalog.current_database())").integer(0, 0);
  }

  std::string archive() const { return (scratch_.path() / "archive").string(); }

  void write_contents(const std::set<std::string>& schemas) const {
    Program list;
    list.arguments = {binaries_.program("pg_restore"), "--list", archive()};
    list.output = scratch_.path() / "contents";
    if (run_program(list) != 0) throw StagingFailed("pg_restore could not list what is to be restored");
    std::ifstream contents(list.output);
    std::ofstream wanted(scratch_.path() / "wanted");
    for (std::string line; std::getline(contents, line);)
      if (!line.empty() && line.front() != ';' && !stays_behind(described(line), schemas)) wanted << line << '\n';
  }

  void run(const std::string& name, std::vector<std::string> options,
           const std::map<std::string, std::string>& variables, const std::string& state) const {
    Program program;
    program.arguments = {binaries_.program(name)};
    program.arguments.insert(program.arguments.end(), options.begin(), options.end());
    program.variables = variables;
    program.output = scratch_.path() / (name + ".log");
    if (run_program(program) != 0) throw StagingFailed(state + ":" + errors_in(program.output));
  }

  const StageRequest& request_;
  PostgresBinaries binaries_;
  ShadowDirectory scratch_;
};

}  // namespace

std::vector<std::string> stage_postgres(const StageRequest& request) {
  require_fitting(request);
  const std::string strangers = missing(names(request.backup.database(), roles_named("a")), roles_of(request.target));
  const Transfer transfer(request);
  request.say("dumping the copy");
  transfer.dump();
  request.say("emptying " + request.target.url().display());
  std::vector<std::string> notes = empty_database(request.target).left;
  request.say("filling " + request.target.url().display());
  transfer.restore(strangers.empty());
  notes.emplace_back("everything belongs to the role that filled it");
  if (!strangers.empty())
    notes.push_back("the backup's grants were left out, as roles that they name are not on that server: " + strangers);
  return notes;
}

}  // namespace drydock
