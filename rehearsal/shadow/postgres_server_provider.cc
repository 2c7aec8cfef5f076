// `server`: a database on another server, given by its address, for machines without a server's programs. Others may
// use that server: no role is made there, everything belongs to the role that connects, and the database is dropped at
// the end. A run that was killed leaves it; the next one on that server drops it.
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "rehearsal/shadow/postgres_clone.h"
#include "rehearsal/shadow/providers.h"
#include "rehearsal/shadow/shadow_directory.h"
#include "runner/database/interruption.h"
#include "runner/database/postgres_connection.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::string_view prefix = "drydock_shadow_";

// When the process began, in the kernel's ticks: a number may have been given to another process since.
std::string start_of_process(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string text;
  std::getline(file, text);
  std::size_t name_ends = text.rfind(')');
  std::istringstream rest(name_ends == std::string::npos ? "" : text.substr(name_ends + 1));
  std::string field;
  for (int number = 3; number <= 22 && rest >> field; ++number) continue;
  return rest ? field : "";
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// What a database's comment says of the run that made it.
std::string owner_comment() {
  std::string pid = std::to_string(::getpid());
  return "drydock shadow of " + host_name() + " " + pid + " " + start_of_process(pid);
}

// Only where the owner ran on this machine and is gone.
bool owner_is_dead(const std::string& comment) {
  std::istringstream text(comment);
  std::string drydock, shadow, of, host, pid, start;
  text >> drydock >> shadow >> of >> host >> pid >> start;
  bool readable = text && drydock == "drydock" && shadow == "shadow" && of == "of";
  return readable && host == host_name() && start_of_process(pid) != start;
}

std::string random_name() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number) throw std::runtime_error("no random bytes");
  return std::string(prefix) + std::to_string(number);
}

std::string create_database_sql(const std::string& name, const ClusterLocale& locale) {
  std::string sql = "CREATE DATABASE " + drydock::quoted(name) + " TEMPLATE template0 ENCODING " +
                    literal(locale.encoding) + " LC_COLLATE " + literal(locale.collate) + " LC_CTYPE " +
                    literal(locale.ctype);
  if (locale.provider == 'i') sql += " LOCALE_PROVIDER icu ICU_LOCALE " + literal(locale.locale);
  if (locale.provider == 'b') sql += " LOCALE_PROVIDER builtin BUILTIN_LOCALE " + literal(locale.locale);
  return sql;
}

void drop_abandoned(Database& server, const CloneRequest& request) {
  Rows rows = server.query(
      "SELECT datname, pg_catalog.shobj_description(oid, 'pg_database') "
      "FROM pg_catalog.pg_database WHERE pg_catalog.starts_with(datname::text, " +
      literal(prefix) + ")");
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    if (!rows.rows[row][1] || !owner_is_dead(rows.text(row, 1))) continue;
    server.execute("DROP DATABASE IF EXISTS " + drydock::quoted(rows.text(row, 0)) + " WITH (FORCE)");
    if (request.say) request.say("dropped " + rows.text(row, 0) + ": a shadow whose rehearsal was killed");
  }
}

// A database on a server that is dropped with its object, also where that goes because of an interruption, which every
// ordinary session would see too.
class LentDatabase {
 public:
  // What begins here is dropped even where it does not get to its end: the object exists from the delegation on.
  LentDatabase(const DatabaseUrl& server, const ClusterLocale& locale) : LentDatabase(server) {
    send(create_database_sql(name_, locale));
    send("COMMENT ON DATABASE " + drydock::quoted(name_) + " IS " + literal(owner_comment()));
  }
  // Where the server is gone the next run drops it.
  ~LentDatabase() {
    constexpr std::chrono::seconds patience{30};
    try {
      connection_.send_in_clean_up("DROP DATABASE IF EXISTS " + drydock::quoted(name_) + " WITH (FORCE)", patience);
    } catch (const std::exception&) {
    }
  }
  LentDatabase(const LentDatabase&) = delete;
  LentDatabase& operator=(const LentDatabase&) = delete;

  const std::string& name() const { return name_; }

 private:
  explicit LentDatabase(const DatabaseUrl& server) : connection_(server, "drydock shadow"), name_(random_name()) {}

  void send(const std::string& sql) {
    PostgresResult last = std::move(connection_.send(sql).back());
    if (is_error(last.get())) throw DatabaseError(error_details(last.get()));
  }

  PostgresConnection connection_;
  std::string name_;
};

PostgresBinaries client_programs(const CloneRequest& request, int major) {
  std::optional<PostgresBinaries> binaries =
      binaries_for(major, installed_binaries(request.binaries, Programs::client));
  if (!binaries) {
    throw CannotRehearse("pg_dump and pg_restore of version " + std::to_string(major) +
                         " or newer are not on this machine: point binaries in drydock.toml at a directory with them");
  }
  return *binaries;
}

void require_harmless_role(Database& server, const DatabaseUrl& url) {
  bool super =
      server.query("SELECT rolsuper::int FROM pg_catalog.pg_roles WHERE rolname = session_user").integer(0, 0) == 1;
  if (super && !url.is_local()) {
    throw CannotRehearse(
        "the role of shadow_server is a superuser of a server elsewhere, where a migration could do "
        "anything: name a role there with CREATEDB and no more");
  }
}

class ServerShadow final : public Shadow {
 public:
  ServerShadow(const CloneRequest& request, PostgresSource& source)
      : taken_at_(utc_now()),
        url_(DatabaseUrl::parse(*request.server_url)),
        directory_(shadow_base(request.shadow_directory, std::nullopt), std::nullopt, 0),
        server_(open_database(url_)) {
    Clock::time_point began = Clock::now();
    try {
      clone(request, source);
    } catch (const ConnectionError&) {
      throw;
    } catch (const DatabaseError& error) {
      if (error.details().canceled) check_interruption();
      throw clone_failure(error, request.source, url_.display(), source.facts().bytes);
    }
    seconds_ = std::chrono::duration<double>(Clock::now() - began).count();
  }

  Database& database() override { return *database_; }
  std::string provider() const override { return "server"; }
  std::string place() const override { return url_.with_database(lent_->name()).display(); }
  const Census& source_census() const override { return clone_.source; }
  const Census& shadow_census() const override { return clone_.shadow; }
  std::string taken_at() const override { return taken_at_; }
  double seconds() const override { return seconds_; }
  const std::vector<std::string>& notes() const override { return clone_.notes; }

 private:
  void clone(const CloneRequest& request, PostgresSource& source) {
    require_harmless_role(*server_, url_);
    if (server_->server_version() / 10000 < source.facts().major()) {
      throw CannotRehearse("shadow_server is " + server_->server() + ", older than the source, " +
                           source.database().server() + ": name a server of the same version or newer");
    }
    drop_abandoned(*server_, request);
    PostgresBinaries binaries = client_programs(request, source.facts().major());
    PostgresArchive archive(source, binaries, directory_.path());
    lent_ = std::make_unique<LentDatabase>(url_, source.facts().locale);
    DatabaseUrl address = url_.with_database(lent_->name());
    std::unique_ptr<Database> shadow = open_database(address);
    require_another_database(source, *shadow);
    PostgresCloneJob job{source, archive, *shadow, address, PostgresArchive::Ownership::dropped, request};
    clone_ = fill_clone(job);
    restore_event_triggers(job, clone_.notes);
    clone_.notes.push_back("the shadow is a database on " + url_.display() +
                           ": owners and grants are not on it, everything belongs to the role that connects");
    clone_.notes.emplace_back(
        "that server is not confined: functions that reach files or other servers can be called "
        "there as far as its role may");
    database_ = std::move(shadow);
  }

  std::string taken_at_;
  DatabaseUrl url_;
  ShadowDirectory directory_;  // for the schema's dump
  std::unique_ptr<Database> server_;
  std::unique_ptr<LentDatabase> lent_;
  std::unique_ptr<Database> database_;
  PostgresClone clone_;
  double seconds_ = 0;
};

// The statement of the plan that concerns a whole server, as FILE:LINE; "" where none does.
std::string cluster_wide_statement(const Plan& plan) {
  static const std::set<std::string> tags = {
      "CREATE ROLE",      "ALTER ROLE",        "DROP ROLE",      "GRANT ROLE",    "REVOKE ROLE",
      "ALTER SYSTEM",     "CREATE DATABASE",   "ALTER DATABASE", "DROP DATABASE", "CREATE TABLESPACE",
      "ALTER TABLESPACE", "DROP TABLESPACE",   "REASSIGN OWNED", "DROP OWNED",    "COMMENT ON ROLE",
      "ALTER ROLE SET",   "ALTER DATABASE SET"};
  for (const Step& step : plan.steps) {
    for (const Statement& statement : step.migration.statements) {
      if (tags.contains(statement.traits.tag)) return step.migration.source.file + ":" + std::to_string(statement.line);
    }
  }
  return {};
}

class PostgresServerProvider final : public ShadowProvider {
 public:
  std::string_view name() const override { return "server"; }

  std::optional<std::string> why_not(const CloneRequest& request) const override {
    if (request.source.dialect() != Dialect::postgres) return "it clones PostgreSQL databases";
    if (!request.server_url) {
      return "no server is named: set shadow_server in drydock.toml to the address of a server that holds nothing of "
             "value, with a role that has CREATEDB";
    }
    std::string statement = request.plan == nullptr ? "" : cluster_wide_statement(*request.plan);
    if (statement.empty()) return std::nullopt;
    return statement +
           " concerns roles, databases or settings of a whole server, which others may use: use --shadow private";
  }

  std::unique_ptr<Shadow> clone(const CloneRequest& request) const override {
    try {
      PostgresSource source(request.source);
      require_readable(source);
      return std::make_unique<ServerShadow>(request, source);
    } catch (const ConnectionError&) {
      throw;
    } catch (const DatabaseError& error) {
      if (error.details().canceled) check_interruption();
      throw clone_failure(error, request.source, {}, 0);
    }
  }
};

}  // namespace

std::unique_ptr<ShadowProvider> postgres_server_provider() { return std::make_unique<PostgresServerProvider>(); }

}  // namespace drydock
