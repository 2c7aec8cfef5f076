// The parts that the queries of a PostgreSQL snapshot are put together from, and the queries by theme. Each query
// returns one row per object: its identity, then its properties, named by their columns; NULL leaves a property out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/database/database.h"

namespace drydock {

// What the queries need to know of the session. A plain value.
struct SnapshotSession {
  // The role whose objects and grants are shown as "(migrator)", whoever it is.
  std::string migrator;
  int version = 0;  // server_version_num

  // Expressions. `oid` is one that gives a role's oid.
  std::string role(std::string_view oid) const;
  // The grants where they are not those that such an object is made with; `kind` as acldefault() takes it.
  std::string grants(std::string_view acl, std::string_view kind, std::string_view owner) const;
  // The grants whatever they are; "(none)" for an empty list.
  std::string all_grants(std::string_view acl, std::string_view owner) const;
};

// Conditions: no member of an extension; in a schema of users' and not drydock's (`schema` gives a name).
std::string no_member(std::string_view catalog, std::string_view oid);
std::string of_users(std::string_view schema);
// "yes" where the condition holds, else NULL.
std::string yes_if(std::string_view condition);
// Options such as reloptions, sorted.
std::string options(std::string_view array);

struct SnapshotQuery {
  std::string kind, sql;
};

// In the order of creation.
std::vector<SnapshotQuery> schema_queries(const SnapshotSession& session);    // schemas, extensions, the database
std::vector<SnapshotQuery> type_queries(const SnapshotSession& session);      // types, domains, collations
std::vector<SnapshotQuery> function_queries(const SnapshotSession& session);  // functions, aggregates, languages, casts
std::vector<SnapshotQuery> operator_queries(const SnapshotSession& session);  // operators, their classes, families
std::vector<SnapshotQuery> relation_queries(const SnapshotSession& session);  // tables, columns, views, sequences
std::vector<SnapshotQuery> table_queries(const SnapshotSession& session);  // constraints, indexes, triggers, policies
std::vector<SnapshotQuery> text_search_queries(const SnapshotSession& session);
std::vector<SnapshotQuery> foreign_queries(const SnapshotSession& session);  // servers, publications, event triggers
std::vector<SnapshotQuery> note_queries(const SnapshotSession& session);     // comments, labels, default privileges

}  // namespace drydock
