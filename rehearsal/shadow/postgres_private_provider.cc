// `private`: a throw-away server on this machine, made for one rehearsal. The source is a client of nobody: only
// drydock reads it, through a role that may SELECT.
#include <locale.h>

#include <chrono>

#include "rehearsal/shadow/kept_file.h"
#include "rehearsal/shadow/postgres_clone.h"
#include "rehearsal/shadow/postgres_extensions.h"
#include "rehearsal/shadow/postgres_roles.h"
#include "rehearsal/shadow/postgres_superuser.h"
#include "rehearsal/shadow/postgres_throwaway_server.h"
#include "rehearsal/shadow/providers.h"
#include "runner/database/interruption.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::int64_t size_of_empty_server = 64 << 20;

PostgresBinaries chosen_binaries(const CloneRequest& request, int source_major) {
  std::optional<PostgresBinaries> binaries =
      binaries_for(source_major, installed_binaries(request.binaries, Programs::server));
  if (!binaries)
    throw CannotRehearse("no PostgreSQL programs of version " + std::to_string(source_major) + " are here");
  return *binaries;
}

// The database that initdb made takes the source's name; its locale is right already.
void rename_database(const ThrowawayServer& server, const std::string& superuser, const std::string& name) {
  if (name == "postgres") return;
  open_database(server.url(superuser, "template1", ""))
      ->execute("ALTER DATABASE postgres RENAME TO " + drydock::quoted(name));
}

// REQUIRES: the roles are there.
void copy_database_owner_and_grants(PostgresSource& source, Database& shadow) {
  std::string database = drydock::quoted(source.facts().database);
  std::string sql = "ALTER DATABASE " + database + " OWNER TO " + drydock::quoted(source.facts().owner) + ";\n";
  Rows grants = source.query(
      "SELECT a.privilege_type || ' ON DATABASE ' || pg_catalog.quote_ident(d.datname) || ' TO ' || "
      "CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END || "
      "CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END "
      "FROM pg_catalog.pg_database d, pg_catalog.aclexplode(d.datacl) a "
      "WHERE d.datname = pg_catalog.current_database() AND a.grantee <> d.datdba");
  bool changed = source
                     .query(
                         "SELECT FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database() "
                         "AND datacl IS NOT NULL")
                     .rows.size() == 1;
  if (changed) sql += "REVOKE ALL ON DATABASE " + database + " FROM PUBLIC;\n";
  for (std::size_t row = 0; row < grants.rows.size(); ++row) sql += "GRANT " + grants.text(row, 0) + ";\n";
  shadow.execute(sql);
}

// A server with a locale that is missing here would not start; those of messages, dates and money change no order.
std::map<std::string, std::string> settings_for_here(const SourceFacts& facts, std::vector<std::string>& notes) {
  std::map<std::string, std::string> settings = facts.settings;
  std::erase_if(settings, [&](const auto& setting) {
    if (!setting.first.starts_with("lc_")) return false;
    locale_t found = ::newlocale(LC_ALL_MASK, setting.second.c_str(), nullptr);
    if (found != nullptr) ::freelocale(found);
    if (found == nullptr)
      notes.push_back("the source's " + setting.first + " is missing on this machine: C on the shadow");
    return found == nullptr;
  });
  return settings;
}

class PrivateShadow final : public Shadow {
 public:
  PrivateShadow(const CloneRequest& request, PostgresSource& source)
      : taken_at_(utc_now()),
        user_(server_user()),
        binaries_(chosen_binaries(request, source.facts().major())),
        directory_(shadow_base(request.shadow_directory, user_), user_, needed_bytes(source)) {
    Clock::time_point began = Clock::now();
    try {
      clone(request, source);
    } catch (const DatabaseError& error) {
      if (error.details().canceled) check_interruption();
      throw clone_failure(error, request.source, directory_.path(), needed_bytes(source));
    }
    seconds_ = std::chrono::duration<double>(Clock::now() - began).count();
  }

  Database& database() override { return *database_; }
  std::string provider() const override { return "private"; }
  std::string place() const override { return directory_.path().string(); }
  const Census& source_census() const override { return clone_.source; }
  const Census& shadow_census() const override { return clone_.shadow; }
  std::string taken_at() const override { return taken_at_; }
  double seconds() const override { return seconds_; }
  std::optional<KeptBackup> kept_backup() const override { return kept_; }
  const std::vector<std::string>& notes() const override { return clone_.notes; }

  // Where the target's role may not do it either, the statement has to fail here as it will there.
  std::function<StatementRun(Database&, const Statement&)> superuser() override {
    if (!superuser_) return {};
    return [this](Database& session, const Statement& statement) { return superuser_->run(session, statement); };
  }

 private:
  static std::int64_t needed_bytes(const PostgresSource& source) { return source.facts().bytes + size_of_empty_server; }

  void clone(const CloneRequest& request, PostgresSource& source) {
    MigrationRole role = migration_role(request.target);
    std::string owner = shadow_superuser(source);
    std::optional<KeptFile> kept;
    if (request.keep_backup) kept.emplace(*request.keep_backup, source.facts().database, ".dump");
    PostgresArchive archive(source, binaries_, directory_.path(),
                            kept ? std::optional(kept->unproved()) : std::nullopt);
    start_server(source, owner);
    const std::string& name = source.facts().database;
    rename_database(*server_, owner, name);

    DatabaseUrl address = server_->url(owner, name, "");
    std::unique_ptr<Database> shadow = open_database(address);
    require_another_database(source, *shadow);
    make_roles(source, *shadow, role);
    copy_database_owner_and_grants(source, *shadow);
    PostgresCloneJob job{source, archive, *shadow, address, PostgresArchive::Ownership::kept, request};
    clone_ = fill_clone(job);
    if (kept && clone_.source.rows_by_table == clone_.shadow.rows_by_table)
      kept_ = KeptBackup{kept->keep(), clone_.contents};
    give_extensions_to_their_owners(source, *shadow);
    copy_role_settings(source, *shadow);
    give_superuser_statements(*shadow, role);
    restore_event_triggers(job, clone_.notes);
    append_notes(settle_roles(source, *shadow, role));
    append_notes(server_->notes());
    append_notes(locale_notes_);
    if (binaries_.major != source.facts().major()) {
      append_notes({"the shadow is PostgreSQL " + binaries_.version + ", the source " + source.database().server()});
    }

    std::optional<std::string> options;
    auto given = request.target.parameters().find("options");
    if (given != request.target.parameters().end()) options = given->second;
    database_ = open_database(server_->url(role.name, name, options));
  }

  void start_server(PostgresSource& source, const std::string& owner) {
    ServerRequest wanted{binaries_, user_, {}, owner, settings_for_here(source.facts(), locale_notes_)};
    wanted.empty_server = template_directory(directory_.base(), user_, binaries_, source.facts().locale, owner);
    server_ = std::make_unique<ThrowawayServer>(directory_, wanted);
  }

  void give_superuser_statements(Database& shadow, const MigrationRole& role) {
    if (role.is_superuser)
      grant_harmless_parameters(shadow, role.name);
    else
      grant_own_parameters(shadow, role);
    if (!role.is_superuser && !role.is_administrator) return;
    superuser_ = std::make_unique<PostgresSuperuser>(shadow, directory_.path() / "data", role.name);
  }

  void append_notes(const std::vector<std::string>& notes) {
    clone_.notes.insert(clone_.notes.end(), notes.begin(), notes.end());
  }

  std::string taken_at_;
  std::optional<ServerUser> user_;
  PostgresBinaries binaries_;
  ShadowDirectory directory_;
  std::unique_ptr<ThrowawayServer> server_;  // goes before its directory
  std::unique_ptr<PostgresSuperuser> superuser_;
  std::unique_ptr<Database> database_;  // goes before its server
  std::vector<std::string> locale_notes_;
  PostgresClone clone_;
  std::optional<KeptBackup> kept_;
  double seconds_ = 0;
};

class PostgresPrivateProvider final : public ShadowProvider {
 public:
  std::string_view name() const override { return "private"; }

  std::optional<std::string> why_not(const CloneRequest& request) const override {
    if (request.source.dialect() != Dialect::postgres) return "it clones PostgreSQL databases";
    std::vector<PostgresBinaries> installed = installed_binaries(request.binaries, Programs::server);
    int major = major_version_of(request.source);
    if (binaries_for(major, installed)) return std::nullopt;
    std::string there;
    for (const PostgresBinaries& binaries : installed) there += (there.empty() ? "" : ", ") + binaries.version;
    return "it needs postgres, initdb, pg_dump and pg_restore of version " + std::to_string(major) +
           " or newer on this machine" + (there.empty() ? "" : ", and there are only those of " + there) +
           ": point binaries in drydock.toml at the bin directory of an unpacked copy of PostgreSQL, or use "
           "--shadow server with shadow_server, the address of a server that holds nothing of value, or rehearse on "
           "another machine";
  }

  std::unique_ptr<Shadow> clone(const CloneRequest& request) const override {
    try {
      PostgresSource source(request.source);
      require_readable(source);
      return std::make_unique<PrivateShadow>(request, source);
    } catch (const ConnectionError&) {
      throw;
    } catch (const DatabaseError& error) {
      if (error.details().canceled) check_interruption();
      throw clone_failure(error, request.source, {}, 0);
    }
  }
};

}  // namespace

std::unique_ptr<ShadowProvider> postgres_private_provider() { return std::make_unique<PostgresPrivateProvider>(); }

}  // namespace drydock
