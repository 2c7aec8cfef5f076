#include "rehearsal/shadow/postgres_roles.h"

#include <array>

namespace drydock {

namespace {

constexpr std::string_view administrators =
    "'rds_superuser', 'cloudsqlsuperuser', 'alloydbsuperuser', 'azure_pg_admin', 'supabase_admin', 'neon_superuser'";

// Roles of the server's own that reach beyond the database, and the one that cannot have members.
constexpr std::string_view roles_kept_back =
    "'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files', 'pg_create_subscription', "
    "'pg_database_owner'";

constexpr std::string_view harmless_parameters =
    "session_replication_role, lc_messages, deadlock_timeout, log_statement, log_min_messages, "
    "log_min_duration_statement, log_min_error_statement, temp_file_limit, track_functions, track_io_timing, "
    "wal_compression";

std::string attribute(bool has, std::string_view name) { return std::string(has ? " " : " NO") + std::string(name); }

struct SourceRole {
  std::string name;
  bool super = false, inherit = false, create_role = false, create_database = false, login = false, replication = false,
       bypass_rls = false;
};

std::vector<SourceRole> roles_of(PostgresSource& source) {
  Rows rows = source.query(
      "SELECT rolname, rolsuper::int, rolinherit::int, rolcreaterole::int, rolcreatedb::int, rolcanlogin::int, "
      "rolreplication::int, rolbypassrls::int FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' ORDER BY rolname");
  std::vector<SourceRole> roles;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    auto is = [&](std::size_t column) { return rows.integer(row, column) == 1; };
    roles.push_back({rows.text(row, 0), is(1), is(2), is(3), is(4), is(5), is(6), is(7)});
  }
  return roles;
}

std::string create_role_sql(const SourceRole& role) {
  return "CREATE ROLE " + drydock::quoted(role.name) + attribute(role.super, "SUPERUSER") +
         attribute(role.inherit, "INHERIT") + attribute(role.create_role, "CREATEROLE") +
         attribute(role.create_database, "CREATEDB") + attribute(role.login, "LOGIN") +
         attribute(role.replication, "REPLICATION") + attribute(role.bypass_rls, "BYPASSRLS") + ";\n";
}

// From version 16 a membership says by itself whether it is inherited and can be set.
std::string memberships_sql(PostgresSource& source, int shadow_version) {
  bool options = source.facts().version >= 160000 && shadow_version >= 160000;
  Rows rows = source.query(
      "SELECT r.rolname, m.rolname, pg_catalog.bool_or(a.admin_option)::int" +
      std::string(options ? ", pg_catalog.bool_or(a.inherit_option)::int, pg_catalog.bool_or(a.set_option)::int" : "") +
      " FROM pg_catalog.pg_auth_members a JOIN pg_catalog.pg_roles r ON r.oid = a.roleid "
      "JOIN pg_catalog.pg_roles m ON m.oid = a.member WHERE m.rolname !~ '^pg_' AND r.rolname NOT IN (" +
      std::string(roles_kept_back) + ") GROUP BY 1, 2 ORDER BY 1, 2");
  auto word = [](bool yes) { return yes ? "TRUE" : "FALSE"; };
  std::string sql;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    bool admin = rows.integer(row, 2) == 1;
    sql += "GRANT " + drydock::quoted(rows.text(row, 0)) + " TO " + drydock::quoted(rows.text(row, 1));
    if (options) {
      sql += std::string(" WITH ADMIN ") + word(admin) + ", INHERIT " + word(rows.integer(row, 3) == 1) + ", SET " +
             word(rows.integer(row, 4) == 1);
    } else if (admin) {
      sql += " WITH ADMIN OPTION";
    }
    sql += ";\n";
  }
  return sql;
}

// Membership must not go in a circle: whoever is a member of the migrations' role is so no longer.
std::vector<std::string> free_role_from_members(Database& shadow, const std::string& name) {
  std::vector<std::string> notes;
  std::array<Value, 1> parameters{name};
  Rows members = shadow.query(
      "SELECT m.rolname FROM pg_catalog.pg_auth_members a JOIN pg_catalog.pg_roles r ON r.oid = a.roleid "
      "JOIN pg_catalog.pg_roles m ON m.oid = a.member WHERE r.rolname = $1",
      parameters);
  for (std::size_t row = 0; row < members.rows.size(); ++row) {
    shadow.execute("REVOKE " + drydock::quoted(name) + " FROM " + drydock::quoted(members.text(row, 0)));
    notes.push_back("role " + members.text(row, 0) + " is not a member of " + name +
                    " on the shadow, as it is on the source");
  }
  return notes;
}

}  // namespace

MigrationRole migration_role(const DatabaseUrl& target) {
  OpenOptions options;
  options.application = "drydock shadow";
  const std::unique_ptr<Database> database = open_database(target, options);
  const std::string may_quiet = database->server_version() < 150000
                                    ? "false"
                                    : "pg_catalog.has_parameter_privilege(r.oid, 'session_replication_role', 'SET')";
  Rows rows = database->query(
      "SELECT r.rolname, r.rolsuper::int, r.rolcreaterole::int, r.rolcreatedb::int, r.rolbypassrls::int, "
      "r.rolreplication::int, r.rolinherit::int, EXISTS (SELECT FROM pg_catalog.pg_roles a WHERE a.rolname IN "
      "(" +
      std::string(administrators) + ") AND pg_catalog.pg_has_role(r.oid, a.oid, 'MEMBER'))::int, (" + may_quiet +
      ")::int "
      "FROM pg_catalog.pg_roles r WHERE r.rolname = session_user");
  auto is = [&](std::size_t column) { return rows.integer(0, column) == 1; };
  return {rows.text(0, 0), is(1), is(7), is(2), is(3), is(4), is(5), is(6), is(8)};
}

std::string shadow_superuser(PostgresSource& source) {
  std::string name = "drydock_shadow";
  while (!source.query("SELECT FROM pg_catalog.pg_roles WHERE rolname = " + literal(name)).empty()) name += '_';
  return name;
}

void make_roles(PostgresSource& source, Database& shadow, const MigrationRole& role) {
  std::string sql;
  bool seen = false;
  for (SourceRole& copied : roles_of(source)) {
    if (copied.name == role.name) {
      seen = true;
      copied.login = true;
    }
    sql += create_role_sql(copied);
  }
  // --source may be another server, which does not know who migrates the target.
  if (!seen) {
    sql += create_role_sql({role.name, role.is_superuser, role.inherit, role.create_role, role.create_database, true,
                            role.replication, role.bypass_rls});
  }
  shadow.execute(sql + memberships_sql(source, shadow.server_version()));
}

void grant_harmless_parameters(Database& shadow, const std::string& role) {
  if (shadow.server_version() < 150000) return;
  shadow.execute("GRANT SET ON PARAMETER " + std::string(harmless_parameters) + " TO " + drydock::quoted(role));
}

void grant_own_parameters(Database& shadow, const MigrationRole& role) {
  if (!role.may_quiet_triggers) return;
  shadow.execute("GRANT SET ON PARAMETER session_replication_role TO " + drydock::quoted(role.name));
}

void grant_every_role(Database& shadow, const std::string& name) {
  std::array<Value, 1> parameters{name};
  Rows roles = shadow.query(
      "SELECT rolname FROM pg_catalog.pg_roles WHERE NOT rolsuper AND rolname <> $1 "
      "AND rolname NOT IN (" +
          std::string(roles_kept_back) + ") ORDER BY 1",
      parameters);
  std::string sql;
  for (std::size_t row = 0; row < roles.rows.size(); ++row) {
    sql += "GRANT " + drydock::quoted(roles.text(row, 0)) + " TO " + drydock::quoted(name) + " WITH ADMIN OPTION;\n";
  }
  shadow.execute(sql);
}

std::vector<std::string> settle_roles(PostgresSource& source, Database& shadow, const MigrationRole& role) {
  std::vector<std::string> notes;
  std::string sql;
  for (const SourceRole& copied : roles_of(source)) {
    if (copied.super)
      sql += "ALTER ROLE " + drydock::quoted(copied.name) + " NOSUPERUSER CREATEDB CREATEROLE BYPASSRLS REPLICATION;\n";
  }
  std::string name = drydock::quoted(role.name);
  sql += "ALTER ROLE " + name + " NOSUPERUSER LOGIN;\n";
  shadow.execute(sql);
  if (!role.is_superuser) return notes;

  notes = free_role_from_members(shadow, role.name);
  shadow.execute("ALTER ROLE " + name + " CREATEDB CREATEROLE BYPASSRLS REPLICATION");
  grant_every_role(shadow, role.name);
  notes.push_back("migrations run on the shadow as " + role.name +
                  " without SUPERUSER; CREATE EXTENSION and event triggers are run there by drydock");
  return notes;
}

// Written into the catalog as they are: as text each kind of setting would have to be quoted in its own way.
void copy_role_settings(PostgresSource& source, Database& shadow) {
  Rows rows = source.query(
      "SELECT d.datname, r.rolname, (SELECT pg_catalog.array_agg(s) FROM pg_catalog.unnest(c.setconfig) s "
      "WHERE s !~* '^(shared|session|local)_preload_libraries=|^dynamic_library_path=|^(default|temp)_tablespaces?=')"
      "::text FROM pg_catalog.pg_db_role_setting c LEFT JOIN pg_catalog.pg_database d ON d.oid = c.setdatabase "
      "LEFT JOIN pg_catalog.pg_roles r ON r.oid = c.setrole "
      "WHERE (c.setdatabase = 0 OR d.datname = pg_catalog.current_database()) "
      "AND (c.setrole = 0 OR r.rolname !~ '^pg_')");
  for (const std::vector<Value>& row : rows.rows) {
    if (!row[2]) continue;
    shadow.query(
        "INSERT INTO pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig) SELECT "
        "coalesce((SELECT oid FROM pg_catalog.pg_database WHERE datname = $1), 0), "
        "coalesce((SELECT oid FROM pg_catalog.pg_authid WHERE rolname = $2), 0), $3::text[]",
        row);
  }
}

}  // namespace drydock
