// `server`: a database on another server, given by its address, for machines without a server's programs. Others may
// use that server: no role is made there, everything belongs to the role that connects, and the database is dropped at
// the end. A run that was killed leaves it; the next one on that server drops it.

#include <chrono>
#include <set>

#include "rehearsal/shadow/kept_file.h"
#include "rehearsal/shadow/postgres_clone.h"
#include "rehearsal/shadow/postgres_lent_database.h"
#include "rehearsal/shadow/providers.h"
#include "rehearsal/shadow/shadow_directory.h"
#include "runner/database/interruption.h"

namespace drydock {

namespace {

using Clock = std::chrono::steady_clock;

PostgresBinaries client_programs(const CloneRequest& request, int major) {
  std::optional<PostgresBinaries> binaries =
      binaries_for(major, installed_binaries(request.binaries, Programs::client));
  if (!binaries) {
    throw CannotRehearse("pg_dump and pg_restore of version " + std::to_string(major) +
                         " or newer are not on this machine: point binaries in drydock.toml at a directory with them");
  }
  return *binaries;
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
  std::optional<KeptBackup> kept_backup() const override { return kept_; }
  const std::vector<std::string>& notes() const override { return clone_.notes; }

 private:
  void clone(const CloneRequest& request, PostgresSource& source) {
    require_harmless_role(*server_, url_, "shadow_server");
    if (server_->server_version() / 10000 < source.facts().major()) {
      throw CannotRehearse("shadow_server is " + server_->server() + ", older than the source, " +
                           source.database().server() + ": name a server of the same version or newer");
    }
    for (const std::string& line : drop_abandoned_databases(*server_, lent_for_shadows).removed) {
      if (request.say) request.say(line);
    }
    PostgresBinaries binaries = client_programs(request, source.facts().major());
    std::optional<KeptFile> kept;
    if (request.keep_backup) kept.emplace(*request.keep_backup, source.facts().database, ".dump");
    PostgresArchive archive(source, binaries, directory_.path(), kept ? std::optional(kept->unproved()) : std::nullopt);
    lent_ = std::make_unique<LentDatabase>(url_, lent_for_shadows, source.facts().locale);
    DatabaseUrl address = url_.with_database(lent_->name());
    std::unique_ptr<Database> shadow = open_database(address);
    require_another_database(source, *shadow);
    PostgresCloneJob job{source, archive, *shadow, address, PostgresArchive::Ownership::dropped, request};
    clone_ = fill_clone(job);
    if (kept && clone_.source.rows_by_table == clone_.shadow.rows_by_table)
      kept_ = KeptBackup{kept->keep(), clone_.contents};
    restore_event_triggers(job, clone_.notes);
    clone_.notes.push_back("the shadow is a database on " + url_.display() +
                           ": owners and grants are not on it, everything belongs to the role that connects");
    clone_.notes.emplace_back(
        "that server is not confined: functions that reach files or other servers can be called "
        "there as far as its role may");
    const std::string schema = request.target.schema();
    database_ = schema.empty() ? std::move(shadow) : open_database(address.with_schema(schema));
  }

  std::string taken_at_;
  DatabaseUrl url_;
  ShadowDirectory directory_;  // for the schema's dump
  std::unique_ptr<Database> server_;
  std::unique_ptr<LentDatabase> lent_;
  std::unique_ptr<Database> database_;
  PostgresClone clone_;
  std::optional<KeptBackup> kept_;
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
