// Each database has a server of its own, made and started in a quarter of a second: roles belong to a server, and a
// CREATE ROLE of the history would fail at its second replay where the first one's are. With --server the databases
// are made on that one, and a history that concerns roles is refused.
#include <algorithm>

#include "rehearsal/shadow/postgres_lent_database.h"
#include "rehearsal/shadow/postgres_roles.h"
#include "rehearsal/shadow/postgres_superuser.h"
#include "rehearsal/shadow/postgres_throwaway_server.h"
#include "runner/sql/roles.h"
#include "squash/made_directories.h"
#include "squash/throwaways.h"

namespace drydock {

namespace {

constexpr std::int64_t size_of_empty_server = 64 << 20;

// As for the shadows' servers: their template is the same.
constexpr std::string_view usual_superuser = "drydock_shadow";

// Each once; the server's own and those that a statement makes are left out.
struct ReplayedRoles {
  std::vector<std::string> named, owners;
};

void append(std::vector<std::string>& names, const std::vector<std::string>& more) {
  for (const std::string& name : more) {
    const bool own = name.starts_with("pg_");
    if (!own && std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
}

ReplayedRoles roles_to_make(const std::vector<Migration>& replayed) {
  ReplayedRoles roles;
  std::vector<std::string> created;
  for (const Migration& migration : replayed) {
    for (const Statement& statement : migration.statements) {
      const RoleNames names = role_names(statement);
      append(roles.named, names.named);
      append(roles.owners, names.owners);
      append(created, names.created);
    }
  }
  for (const std::string& name : created) {
    std::erase(roles.named, name);
    std::erase(roles.owners, name);
  }
  std::ranges::sort(roles.named);
  return roles;
}

// Who becomes an owner needs CREATE in the schema, where no superuser says so: these roles may what the migrating one
// may. GRANT refuses a circle of members, so that the catalog has to be told.
std::string let_own_sql(const std::vector<std::string>& owners, const std::string& migrator, int version) {
  std::string sql;
  for (const std::string& owner : owners) {
    const std::string roles =
        literal(drydock::quoted(migrator)) + "::regrole, " + literal(drydock::quoted(owner)) + "::regrole, 10, false";
    sql += version >= 160000
               ? "INSERT INTO pg_auth_members (oid, roleid, member, grantor, admin_option, inherit_option, set_option) "
                 "SELECT max(oid::bigint) + 1, " +
                     roles + ", true, false FROM pg_auth_members;\n"
               : "INSERT INTO pg_auth_members (roleid, member, grantor, admin_option) VALUES (" + roles + ");\n";
  }
  return sql;
}

OpenOptions session(const std::string& application, const std::string& migrator) {
  OpenOptions options;
  options.application = application;
  if (!migrator.empty()) options.session_sql = "SET drydock.migrator = " + literal(migrator);
  return options;
}

class PrivateThrowaway final : public ThrowawayDatabase {
 public:
  // `templates`: where an empty server is made that is not kept; nullptr: it is kept.
  PrivateThrowaway(const ThrowawayRequest& request, const PostgresBinaries& binaries, const ShadowDirectory* templates,
                   const std::vector<Migration>& replayed)
      : binaries_(binaries),
        user_(server_user()),
        directory_(shadow_base(request.shadow_directory, user_), user_, size_of_empty_server),
        migrator_name_(request.role.value_or("drydock_migrator")),
        database_name_(request.database.value_or("drydock_squash")),
        roles_(roles_to_make(replayed)) {
    std::erase(roles_.named, migrator_name_);
    std::erase(roles_.owners, migrator_name_);
    std::string superuser(usual_superuser);
    while (superuser == migrator_name_ || std::ranges::find(roles_.named, superuser) != roles_.named.end())
      superuser += '_';
    start(superuser, templates);
    set_up(superuser);
  }

  Database& migrator() override { return *migrator_; }
  Database& reader() override { return *reader_; }
  std::function<StatementRun(Database&, const Statement&)> superuser() override {
    return [this](Database& database, const Statement& statement) {
      StatementRun run = superuser_->run(database, statement);
      if (statement.traits.tag == "CREATE EXTENSION") superuser_->run(database, give_wrappers_);
      return run;
    };
  }
  std::vector<std::string> created_roles() override {
    const Rows rows = reader_->query(
        "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' AND oid >= 16384 ORDER BY rolname");
    std::vector<std::string> created;
    for (std::size_t row = 0; row < rows.rows.size(); ++row) {
      const std::string& name = rows.text(row, 0);
      const bool ours = name == migrator_name_ || std::ranges::find(roles_.named, name) != roles_.named.end();
      if (!ours) created.push_back(name);
    }
    return created;
  }
  std::string program(const std::string& name) const override { return binaries_.program(name); }
  std::filesystem::path directory() const override { return directory_.path(); }

 private:
  // A baseline of any size is one transaction: each of its objects is a lock.
  void start(const std::string& superuser, const ShadowDirectory* templates) {
    ServerRequest wanted{binaries_, user_, {}, superuser, {{"max_locks_per_transaction", "2048"}}};
    wanted.empty_server = templates
                              ? passing_template_directory(*templates, user_, binaries_, usual_locale(), superuser)
                              : template_directory(directory_.base(), user_, binaries_, usual_locale(), superuser);
    server_ = std::make_unique<ThrowawayServer>(directory_, wanted);
  }

  void set_up(const std::string& superuser) {
    const std::string role = drydock::quoted(migrator_name_), name = drydock::quoted(database_name_);
    std::string sql = "CREATE ROLE " + role + " LOGIN NOSUPERUSER CREATEDB CREATEROLE BYPASSRLS REPLICATION;\n";
    for (const std::string& named : roles_.named) sql += "CREATE ROLE " + drydock::quoted(named) + " NOLOGIN;\n";
    {
      const std::unique_ptr<Database> server = open_database(server_->url(superuser, "template1", ""));
      server->execute(sql);
      if (database_name_ != "postgres") server->execute("ALTER DATABASE postgres RENAME TO " + name);
      server->execute("COMMENT ON DATABASE " + name + " IS NULL; ALTER DATABASE " + name + " OWNER TO " + role);
      grant_every_role(*server, migrator_name_);
      grant_harmless_parameters(*server, migrator_name_);
      server->execute(let_own_sql(roles_.owners, migrator_name_, server->server_version()));
    }
    reader_ = open_database(server_->url(superuser, database_name_, ""), session("drydock squash", migrator_name_));
    superuser_ = std::make_unique<PostgresSuperuser>(*reader_, directory_.path() / "data", migrator_name_);
    give_wrappers_.text = "UPDATE pg_catalog.pg_foreign_data_wrapper SET fdwowner = " + literal(role) +
                          "::pg_catalog.regrole WHERE fdwowner OPERATOR(pg_catalog.=) 10::pg_catalog.oid";
    migrator_ = open_database(server_->url(migrator_name_, database_name_, ""), session("drydock squash", ""));
  }

  PostgresBinaries binaries_;
  std::optional<ServerUser> user_;
  ShadowDirectory directory_;
  std::string migrator_name_, database_name_;
  ReplayedRoles roles_;
  std::unique_ptr<ThrowawayServer> server_;  // goes before its directory
  std::unique_ptr<Database> reader_, migrator_;
  std::unique_ptr<PostgresSuperuser> superuser_;
  // A superuser may make foreign servers with any wrapper. Here they reach nothing: the server has no network.
  Statement give_wrappers_;
};

class PrivateThrowaways final : public Throwaways {
 public:
  explicit PrivateThrowaways(const ThrowawayRequest& request) : request_(request), binaries_(chosen(request)) {
    if (!request.leaves_nothing) return;
    made_.emplace(request.shadow_directory);
    const std::optional<ServerUser> user = server_user();
    templates_.emplace(shadow_base(request.shadow_directory, user), user, size_of_empty_server);
  }

  std::string server() const override { return "PostgreSQL " + binaries_.version; }

  std::unique_ptr<ThrowawayDatabase> make(const std::vector<Migration>& replayed) override {
    return std::make_unique<PrivateThrowaway>(request_, binaries_, templates_ ? &*templates_ : nullptr, replayed);
  }

 private:
  static PostgresBinaries chosen(const ThrowawayRequest& request) {
    const std::vector<PostgresBinaries> installed = installed_binaries(request.binaries, Programs::server);
    if (request.major) {
      if (std::optional<PostgresBinaries> same = binaries_for(*request.major, installed)) return *same;
    }
    if (installed.empty()) {
      throw CannotRehearse(
          "a history is replayed on a throw-away server, and postgres, initdb, pg_dump and pg_restore are not on this "
          "machine: install PostgreSQL (apt install postgresql), point binaries in drydock.toml at the bin directory "
          "of an unpacked copy, or name a server that holds nothing of value with --server");
    }
    return *std::ranges::max_element(installed, {}, &PostgresBinaries::major);
  }

  ThrowawayRequest request_;
  PostgresBinaries binaries_;
  std::optional<MadeDirectories> made_;  // outlives what lies in them
  std::optional<ShadowDirectory> templates_;
};

class LentThrowaway final : public ThrowawayDatabase {
 public:
  LentThrowaway(const DatabaseUrl& server, const ThrowawayRequest& request)
      : binaries_setting_(request.binaries),
        directory_(shadow_base(request.shadow_directory, std::nullopt), std::nullopt, 0),
        lent_(server, lent_for_squashes, std::nullopt),
        migrator_(open_database(server.with_database(lent_.name()), session("drydock squash", ""))),
        reader_(open_database(server.with_database(lent_.name()), session("drydock squash", ""))) {}

  Database& migrator() override { return *migrator_; }
  Database& reader() override { return *reader_; }
  std::string program(const std::string& name) const override {
    const int major = reader_->server_version() / 10000;
    const std::optional<PostgresBinaries> found =
        binaries_for(major, installed_binaries(binaries_setting_, Programs::client));
    if (found) return found->program(name);
    throw CannotRehearse(name + " of version " + std::to_string(major) +
                         " or newer is not on this machine: install it (apt install postgresql-client), or point "
                         "binaries in drydock.toml at a directory with it");
  }
  std::filesystem::path directory() const override { return directory_.path(); }

 private:
  std::optional<std::string> binaries_setting_;
  ShadowDirectory directory_;
  LentDatabase lent_;
  std::unique_ptr<Database> migrator_, reader_;  // go before their database
};

class LentThrowaways final : public Throwaways {
 public:
  explicit LentThrowaways(const ThrowawayRequest& request)
      : made_(request.shadow_directory),
        request_(request),
        url_(DatabaseUrl::parse(*request.server_url)),
        server_(open_database(url_)) {
    require_harmless_role(*server_, url_, "--server");
    drop_abandoned_databases(*server_, lent_for_squashes);
  }

  std::string server() const override { return server_->server(); }

  std::unique_ptr<ThrowawayDatabase> make(const std::vector<Migration>& replayed) override {
    refuse_what_concerns_a_server(replayed);
    const ReplayedRoles roles = roles_to_make(replayed);
    for (const std::string& role : roles.named) require_role(role);
    return std::make_unique<LentThrowaway>(url_, request_);
  }

 private:
  static void refuse_what_concerns_a_server(const std::vector<Migration>& replayed) {
    for (const Migration& migration : replayed) {
      for (const Statement& statement : migration.statements) {
        if (!statement.traits.touches_cluster && role_names(statement).created.empty()) continue;
        throw CannotRehearse(migration.source.file + ":" + std::to_string(statement.line) +
                             " concerns roles, databases or settings of a whole server, which others may use: leave "
                             "--server out, so that it is replayed on a server of its own");
      }
    }
  }

  void require_role(const std::string& role) {
    const std::vector<Value> parameters{role};
    if (!server_->query("SELECT FROM pg_catalog.pg_roles WHERE rolname = $1", parameters).rows.empty()) return;
    throw CannotRehearse("the migrations name the role " + role + ", which is not on " + url_.display() +
                         ": make it there (CREATE ROLE " + drydock::quoted(role) +
                         " NOLOGIN), or leave --server out, so that they are replayed on a server of its own");
  }

  MadeDirectories made_;  // outlives what lies in them
  ThrowawayRequest request_;
  DatabaseUrl url_;
  std::unique_ptr<Database> server_;
};

}  // namespace

std::unique_ptr<Throwaways> make_postgres_throwaways(const ThrowawayRequest& request) {
  if (request.server_url) return std::make_unique<LentThrowaways>(request);
  return std::make_unique<PrivateThrowaways>(request);
}

}  // namespace drydock
