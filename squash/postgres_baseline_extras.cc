#include "squash/postgres_baseline_extras.h"

#include <algorithm>
#include <array>
#include <map>

#include "squash/postgres_migrator.h"
#include "squash/postgres_snapshot_sql.h"

namespace drydock {

namespace {

std::string attributes_sql() {
  std::string sql = "concat(CASE WHEN r.rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END";
  for (const auto& [column, word] : std::map<std::string, std::string>{{"rolcreaterole", "CREATEROLE"},
                                                                       {"rolcreatedb", "CREATEDB"},
                                                                       {"rolreplication", "REPLICATION"},
                                                                       {"rolbypassrls", "BYPASSRLS"}}) {
    sql += ", CASE WHEN r." + column + " THEN ' " + word + "' END";
  }
  return sql +
         ", CASE WHEN NOT r.rolinherit THEN ' NOINHERIT' END, CASE WHEN r.rolconnlimit >= 0 THEN ' CONNECTION LIMIT ' "
         "|| "
         "r.rolconnlimit END, CASE WHEN r.rolvaliduntil IS NOT NULL THEN ' VALID UNTIL ' || "
         "quote_literal(r.rolvaliduntil) END)";
}

std::string role_or_current_user(Database& session, const std::string& name) {
  return name == migrator_of(session).name ? "CURRENT_USER" : drydock::quoted(name);
}

// A name of the database's own is not known in the file.
std::string for_this_database(const std::string& statement) {
  return "DO $$ BEGIN EXECUTE pg_catalog.format(" + literal(statement) + ", pg_catalog.current_database()); END $$;\n";
}

// Lists of names are kept as SQL already.
std::string setting_sql(const std::string& setting) {
  const std::size_t at = setting.find('=');
  const std::string name = setting.substr(0, at), value = setting.substr(at + 1);
  const bool is_list = name == "search_path" || name == "temp_tablespaces";
  std::string sql = drydock::quoted(name) + " TO " + (is_list ? (value.empty() ? "''" : value) : literal(value));
  for (std::size_t percent = 0; (percent = sql.find('%', percent)) != sql.npos; percent += 2) sql.insert(percent, "%");
  return sql;
}

std::string settings_statements(Database& session) {
  const Rows rows = session.query(
      "SELECT pg_get_userbyid(s.setrole), (s.setrole <> 0)::int, c FROM pg_db_role_setting s JOIN pg_database d ON "
      "d.oid "
      "= s.setdatabase, unnest(s.setconfig) c WHERE d.datname = current_database() ORDER BY 2, 1, 3");
  std::string text;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    const std::string set = setting_sql(rows.text(row, 2));
    text +=
        for_this_database(rows.integer(row, 1) == 0 ? "ALTER DATABASE %I SET " + set
                                                    : "ALTER ROLE " + role_or_current_user(session, rows.text(row, 0)) +
                                                          " IN DATABASE %I SET " + set);
  }
  return text;
}

std::string database_grants(Database& session) {
  const Rows rows = session.query(
      "SELECT a.privilege_type || ' ON DATABASE %I TO ' || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE "
      "quote_ident(pg_get_userbyid(a.grantee)) END || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END "
      "FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = current_database() AND a.grantee <> d.datdba AND "
      "NOT "
      "(d.datacl @> acldefault('d', d.datdba) AND d.datacl <@ acldefault('d', d.datdba)) ORDER BY 1");
  if (rows.empty()) return {};
  std::string text = for_this_database("REVOKE ALL ON DATABASE %I FROM PUBLIC");
  for (std::size_t row = 0; row < rows.rows.size(); ++row) text += for_this_database("GRANT " + rows.text(row, 0));
  return text;
}

void add_notes(Database& session, const std::string& sql, const std::string& before, const std::string& after,
               std::vector<std::string>& notes) {
  const Rows rows = session.query(sql);
  for (std::size_t row = 0; row < rows.rows.size(); ++row) notes.push_back(before + rows.text(row, 0) + after);
}

}  // namespace

std::string role_statements(Database& session, const std::vector<std::string>& created) {
  std::string text;
  for (const std::string& name : created) {
    const std::array<Value, 1> parameters{name};
    const Rows rows = session.query("SELECT " + attributes_sql() + " FROM pg_roles r WHERE r.rolname = $1", parameters);
    text += "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = " + literal(name) +
            ") THEN CREATE ROLE " + drydock::quoted(name) + " " + rows.text(0, 0) + "; END IF; END $$;\n";
  }
  for (const std::string& name : created) {
    const std::array<Value, 1> parameters{name};
    const Rows members = session.query(
        "SELECT DISTINCT r.rolname, m.rolname, a.admin_option::int FROM pg_auth_members a JOIN pg_roles r ON r.oid = "
        "a.roleid JOIN pg_roles m ON m.oid = a.member WHERE (r.rolname = $1 OR m.rolname = $1) AND a.grantor <> 10 "
        "ORDER BY 1, 2",
        parameters);
    for (std::size_t row = 0; row < members.rows.size(); ++row) {
      text += "GRANT " + drydock::quoted(members.text(row, 0)) + " TO " +
              role_or_current_user(session, members.text(row, 1)) +
              (members.integer(row, 2) == 1 ? " WITH ADMIN OPTION;\n" : ";\n");
    }
  }
  return text.empty() ? text : "\n-- roles; passwords are not in this file\n" + text;
}

void complete_extensions(Database& session, std::vector<DumpEntry>& entries) {
  for (DumpEntry& entry : entries) {
    if (entry.type == "EXTENSION" && entry.statements.size() == 1) {
      const std::array<Value, 1> parameters{entry.name};
      const Rows version = session.query("SELECT extversion FROM pg_extension WHERE extname = $1", parameters);
      entry.statements[0] += " VERSION " + literal(version.text(0, 0));
    }
    if (entry.type != "COMMENT" || !entry.name.starts_with("EXTENSION ")) continue;
    const bool own = !session
                          .query(
                              "SELECT FROM pg_extension e JOIN pg_available_extensions a ON a.name = e.extname WHERE "
                              "'EXTENSION ' || quote_ident(e.extname) = $1 AND a.comment = "
                              "obj_description(e.oid, 'pg_extension')",
                              std::array<Value, 1>{entry.name})
                          .rows.empty();
    if (own) entry.statements.clear();
  }
}

std::string database_statements(Database& session) {
  std::string text = settings_statements(session) + database_grants(session);
  const Rows comment =
      session.query("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()");
  if (const Value& said = comment.rows[0][0]; said && !said->starts_with("drydock shadow of ")) {
    std::string words = literal(*said);
    for (std::size_t at = 0; (at = words.find('%', at)) != words.npos; at += 2) words.insert(at, "%");
    text += for_this_database("COMMENT ON DATABASE %I IS " + words);
  }
  return text.empty() ? text : "\n-- the database\n" + text;
}

std::string refresh_statements(Database& session, const std::vector<std::string>& views) {
  std::string text;
  for (const std::string& view : views) {
    const std::array<Value, 1> parameters{view};
    const Rows rows = session.query(
        "SELECT relispopulated::int, oid::regclass::text FROM pg_class WHERE oid = $1::text::regclass", parameters);
    if (rows.integer(0, 0) == 1) text += "REFRESH MATERIALIZED VIEW " + rows.text(0, 1) + ";\n";
  }
  return text.empty() ? text : "\n-- materialized views that are filled\n" + text;
}

std::vector<std::string> what_sql_cannot_say(Database& session) {
  std::vector<std::string> notes;
  if (session.query("SELECT FROM pg_namespace WHERE nspname = 'public'").rows.empty()) {
    notes.emplace_back("the schema public is dropped, and every new database has one");
  }
  add_notes(session,
            "SELECT x.indexrelid::regclass::text FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN "
            "pg_namespace n ON n.oid = c.relnamespace WHERE NOT x.indisvalid AND c.relkind = 'i' AND " +
                of_users("n.nspname"),
            "the index ", " is invalid, and no statement makes one so: drop it, or rebuild it, in a migration", notes);
  add_notes(
      session,
      "SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_constraint k ON k.oid = t.tgconstraint "
      "WHERE t.tgisinternal AND t.tgenabled <> 'O'",
      "the triggers of the foreign keys of ", " are switched off, which only a superuser may do", notes);
  add_notes(session, "SELECT count(*)::text FROM pg_largeobject_metadata HAVING count(*) > 0", "",
            " large objects are in the database", notes);
  add_notes(session,
            "SELECT s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = "
            "current_database()",
            "the subscription ", " reaches another server", notes);
  return notes;
}

}  // namespace drydock
