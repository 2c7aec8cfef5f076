// PostgreSQL's catalogs as objects with named properties. Every query runs in one read-only transaction with fixed
// settings, so that the server writes each expression and each value in one way only.
#include <algorithm>

#include "squash/postgres_expression.h"
#include "squash/postgres_migrator.h"
#include "squash/postgres_reading.h"
#include "squash/postgres_snapshot_rows.h"
#include "squash/postgres_snapshot_sql.h"
#include "squash/snapshots.h"

namespace drydock {

namespace {

std::vector<SnapshotQuery> all_queries(const SnapshotSession& session) {
  std::vector<SnapshotQuery> all;
  for (auto theme : {schema_queries, type_queries, function_queries, operator_queries, relation_queries, table_queries,
                     text_search_queries, foreign_queries, note_queries}) {
    for (SnapshotQuery& query : theme(session)) all.push_back(std::move(query));
  }
  return all;
}

// Bodies of functions and comments are as their authors wrote them; all else is written by the server.
std::string as_read_back(const std::string& kind, const std::string& value) {
  const bool by_authors = kind == "function" || kind == "procedure" || kind == "comment on";
  return by_authors ? value : with_casts_of_elements(value);
}

std::vector<SnapshotObject> objects_of(Database& database, const SnapshotQuery& query) {
  const Rows rows = database.query(query.sql);
  std::vector<SnapshotObject> objects;
  for (const std::vector<Value>& row : rows.rows) {
    SnapshotObject object{query.kind, row.at(0).value(), {}};
    for (std::size_t column = 1; column < row.size(); ++column) {
      if (!row[column]) continue;
      object.properties.emplace_back(rows.columns[column], as_read_back(query.kind, *row[column]));
    }
    objects.push_back(std::move(object));
  }
  std::ranges::stable_sort(objects, {}, &SnapshotObject::identity);
  return objects;
}

}  // namespace

Snapshot take_postgres_snapshot(Database& database, SnapshotScope scope) {
  Snapshot snapshot;
  snapshot.server = database.server();
  const PostgresReading reading(database);
  for (const SnapshotQuery& query : all_queries({migrator_of(database).name, database.server_version()})) {
    for (SnapshotObject& object : objects_of(database, query)) snapshot.objects.push_back(std::move(object));
  }
  if (scope == SnapshotScope::schema) return snapshot;
  snapshot.rows = read_row_checksums(database);
  snapshot.positions = read_sequence_positions(database);
  return snapshot;
}

}  // namespace drydock
