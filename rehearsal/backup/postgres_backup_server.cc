#include "rehearsal/backup/postgres_backup_server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "rehearsal/shadow/postgres_client_program.h"
#include "runner/history/history.h"
#include "runner/sql/joined.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

// Not that of a shadow's server: a shadow of this one takes it for its source's superuser.
constexpr const char* superuser = "drydock_backup";
constexpr std::int64_t size_of_empty_server = 64 << 20;

// Rules for any role on the socket, which lies in a directory of one user's alone.
constexpr const char* rules_of_access = "local all all trust\n";

void write(const fs::path& file, const std::string& text) { std::ofstream(file, std::ios::trunc) << text; }

// What says how the cluster is to run, to recover and to be reached where it came from.
void leave_settings_out(const fs::path& data) {
  write(data / "postgresql.conf", "");
  write(data / "postgresql.auto.conf", "");
  write(data / "pg_hba.conf", rules_of_access);
  write(data / "pg_ident.conf", "");
  std::error_code ignored;
  for (const char* name : {"standby.signal", "recovery.signal", "postmaster.pid", "postmaster.opts"})
    fs::remove(data / name, ignored);
  for (const auto& slot : fs::directory_iterator(data / "pg_replslot", ignored)) fs::remove_all(slot, ignored);
}

void give_to_user(const fs::path& data, const std::optional<ServerUser>& user) {
  ::chmod(data.c_str(), 0700);
  if (!user) return;
  const auto give = [&](const fs::path& path) { return ::lchown(path.c_str(), user->uid, user->gid) == 0; };
  bool given = give(data);
  for (const auto& entry : fs::recursive_directory_iterator(data)) given = give(entry.path()) && given;
  if (!given) throw CannotRehearse("cannot give " + data.string() + " to " + user->name);
}

std::vector<std::string> column(const Rows& rows) {
  std::vector<std::string> names;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) names.push_back(rows.text(row, 0));
  return names;
}

// An event trigger that a copy fires may reach out; one that a dump's plain role owns could not be cloned.
void still_event_triggers(Database& database, std::vector<std::string>& notes) {
  const std::vector<std::string> triggers =
      column(database.query("SELECT evtname FROM pg_catalog.pg_event_trigger ORDER BY 1"));
  for (const std::string& trigger : triggers)
    database.execute("ALTER EVENT TRIGGER " + drydock::quoted(trigger) + " DISABLE; ALTER EVENT TRIGGER " +
                     drydock::quoted(trigger) + " OWNER TO " + drydock::quoted(superuser));
  if (!triggers.empty()) notes.push_back("the backup's event triggers do not fire: " + joined(triggers));
}

void drop_subscriptions(Database& database, std::vector<std::string>& notes) {
  const std::vector<std::string> names = column(
      database.query("SELECT s.subname FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = "
                     "s.subdbid WHERE d.datname = pg_catalog.current_database() ORDER BY 1"));
  for (const std::string& name : names) {
    database.execute("ALTER SUBSCRIPTION " + drydock::quoted(name) + " DISABLE");
    database.execute("ALTER SUBSCRIPTION " + drydock::quoted(name) + " SET (slot_name = NONE)");
    database.execute("DROP SUBSCRIPTION " + drydock::quoted(name));
  }
  if (!names.empty()) notes.push_back("the backup's subscriptions are left out: " + joined(names));
}

void keep_wrappers(Database& database) {
  for (const std::string& name : column(database.query("SELECT fdwname FROM pg_catalog.pg_foreign_data_wrapper")))
    database.execute("ALTER FOREIGN DATA WRAPPER " + drydock::quoted(name) + " OWNER TO " + drydock::quoted(superuser));
}

bool has_role(Database& database, const std::string& name) {
  const std::vector<Value> parameters{name};
  return !database.query("SELECT FROM pg_catalog.pg_roles WHERE rolname = $1", parameters).rows.empty();
}

bool has_id(const DatabaseUrl& url, const std::string& id) {
  const TargetState state = History(*open_database(url)).read();
  return state.stamp && state.stamp->database_id == id;
}

}  // namespace

PostgresBackupServer::PostgresBackupServer(const RestoreRequest& request, std::int64_t bytes)
    : user_(server_user()),
      directory_(shadow_base(request.shadow_directory, user_), user_, bytes + size_of_empty_server),
      role_(request.role) {}

ServerRequest PostgresBackupServer::server_request() const {
  return {binaries_, user_, {}, superuser, {{"TimeZone", "UTC"}, {"max_locks_per_transaction", "2048"}}};
}

void PostgresBackupServer::start_empty(const ClusterLocale& locale, const std::string& database,
                                       const std::vector<std::string>& roles) {
  ServerRequest wanted = server_request();
  wanted.empty_server = template_directory(directory_.base(), user_, binaries_, locale, superuser);
  server_ = std::make_unique<ThrowawayServer>(directory_, wanted);
  notes_ = server_->notes();
  lent_ = roles;
  if (role_) lent_.push_back(*role_);
  std::string sql;
  for (const std::string& role : lent_)
    if (role != superuser && sql.find(drydock::quoted(role)) == std::string::npos)
      sql += "CREATE ROLE " + drydock::quoted(role) + " SUPERUSER LOGIN;\n";
  const std::unique_ptr<Database> server = open_database(url("template1"));
  server->execute(sql);
  if (database != "postgres") server->execute("ALTER DATABASE postgres RENAME TO " + drydock::quoted(database));
}

void PostgresBackupServer::start_copied() {
  const fs::path data = directory_.path() / "data";
  leave_settings_out(data);
  give_to_user(data, user_);
  ServerRequest wanted = server_request();
  wanted.database = "template1";
  const std::string role = "CREATE ROLE " + drydock::quoted(superuser) + " SUPERUSER LOGIN;\n";
  if (run_single_user(directory_, wanted, role) != 0)
    throw BackupRefused("the copy of the cluster does not come up, so that it could not be restored from this backup:" +
                        errors_in(directory_.path() / "log"));
  server_ = std::make_unique<ThrowawayServer>(directory_, wanted);
  notes_ = server_->notes();
}

std::string PostgresBackupServer::chosen_database(const RestoreRequest& request) {
  const std::vector<std::string> all =
      column(open_database(url("template1"))
                 ->query("SELECT datname FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate "
                         "ORDER BY datname = 'postgres', datname"));
  if (request.database && std::ranges::find(all, *request.database) != all.end()) return *request.database;
  if (request.database_id)
    for (const std::string& name : all)
      if (has_id(url(name), *request.database_id)) return name;
  if (!request.database && (all.size() == 1 || (all.size() == 2 && all.back() == "postgres"))) return all.front();
  throw BackupRefused(
      "the backup is of a cluster with the databases " + joined(all) +
      (request.database ? ", and none of them is " + *request.database : ": say by --database which of them is meant"));
}

DatabaseUrl PostgresBackupServer::url(const std::string& database) const {
  return server_->url(superuser, database, "-c session_replication_role=replica");
}

// What was lent to the dump's roles is not theirs; the migrations' role keeps it, and a shadow gives it what stands for
// SUPERUSER there.
void PostgresBackupServer::settle(const std::string& database) {
  name_ = database;
  database_ = open_database(url(database));
  still_event_triggers(*database_, notes_);
  drop_subscriptions(*database_, notes_);
  keep_wrappers(*database_);
  for (const std::string& role : lent_)
    if (role != role_ && role != superuser) database_->execute("ALTER ROLE " + drydock::quoted(role) + " NOSUPERUSER");
  if (role_ && !has_role(*database_, *role_)) role_.reset();
}

std::string PostgresBackupServer::address() const {
  return server_->address(role_.value_or(superuser), name_, std::nullopt);
}

PostgresBinaries binaries_for_backup(const RestoreRequest& request, int major, bool exactly) {
  const std::vector<PostgresBinaries> installed = installed_binaries(request.binaries, Programs::server);
  const std::optional<PostgresBinaries> found = binaries_for(major, installed);
  if (found && (!exactly || found->major == major)) return *found;
  std::string there;
  for (const PostgresBinaries& binaries : installed) there += (there.empty() ? "" : ", ") + binaries.version;
  throw CannotRehearse(request.file.string() + " comes from PostgreSQL " + std::to_string(major) +
                       ", and to restore it takes postgres, initdb, pg_dump and pg_restore of version " +
                       std::to_string(major) + (exactly ? "" : " or newer") + "; on this machine " +
                       (there.empty() ? "there are none" : "there are those of " + there) +
                       ": install them, or point binaries in drydock.toml at the bin directory of an unpacked copy");
}

}  // namespace drydock
