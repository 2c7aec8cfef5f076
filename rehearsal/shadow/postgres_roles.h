// The source's roles on the shadow's own server: names, attributes, memberships and settings, no passwords.
//
// The role that the migrations run as has there what it has on the target, except SUPERUSER. Where it is one, it gets
// every other attribute and every other role instead, but not those of the server's that reach files, programs and
// other servers. A shadow's sessions log in as that role: there is no superuser behind it to go back to.
#pragma once

#include <string>
#include <vector>

#include "rehearsal/shadow/postgres_source.h"

namespace drydock {

struct MigrationRole {
  std::string name;
  bool is_superuser = false;
  // Not a superuser, but a provider's administrator (rds_superuser, cloudsqlsuperuser ...), who may make extensions.
  bool is_administrator = false;
  bool create_role = false, create_database = false, bypass_rls = false, replication = false, inherit = true;
  bool may_quiet_triggers = false;  // it was granted SET ON PARAMETER session_replication_role
};

// Who the target's address logs in as.
MigrationRole migration_role(const DatabaseUrl& target);

// A name for the shadow's own superuser that no role of the source has.
std::string shadow_superuser(PostgresSource& source);

// Makes the roles. Those that are superusers on the source are so here until settle_roles(), because only a superuser
// may own an event trigger or a foreign-data wrapper. REQUIRES: `shadow` is its superuser's session on the shadow's
// database.
void make_roles(PostgresSource& source, Database& shadow, const MigrationRole& role);

// Lets it set what a superuser may and what reaches nothing (session_replication_role ...), from version 15.
void grant_harmless_parameters(Database& shadow, const std::string& role);
// The same for what a role was granted that is no superuser.
void grant_own_parameters(Database& shadow, const MigrationRole& role);

// Makes it a member of every role that is no superuser, its own and those that reach beyond the database aside.
void grant_every_role(Database& shadow, const std::string& role);

// Takes SUPERUSER from all of them, and gives the migrations' role what stands for it. Returns notes.
std::vector<std::string> settle_roles(PostgresSource& source, Database& shadow, const MigrationRole& role);

// The settings of roles and of the database (ALTER ROLE ... SET, ALTER DATABASE ... SET), but for what loads libraries.
// REQUIRES: the roles are made.
void copy_role_settings(PostgresSource& source, Database& shadow);

}  // namespace drydock
