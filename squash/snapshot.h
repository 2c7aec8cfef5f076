// A database's schema and rows as a value that can be compared, hashed and read: everything in the catalogs that a user
// can see or that changes behaviour, a checksum of every table's rows, and where its sequences stand. Two databases
// with equal snapshots cannot be told apart by what a program does with them.
//
// Left out: drydock's own schema or tables, temporary objects, members of extensions (the extension stands for them),
// oids, file nodes, statistics, attribute numbers (ranks are kept, so that the hole of a dropped column is no
// difference). Compare snapshots of one server version: servers deparse views and expressions each in their own way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/database/database.h"

namespace drydock {

struct SnapshotObject {
  std::string kind;      // "table", "column", "index", "row security policy" ...
  std::string identity;  // "public.users.email", as stored by the server, without quotes; unique within its kind
  // Name and value, in a fixed order. What has its default is left out where that makes the text easier to read.
  std::vector<std::pair<std::string, std::string>> properties;
  bool operator==(const SnapshotObject&) const = default;
};

// Rows as checksums: no value of a row is kept.
struct SnapshotRows {
  struct Column {
    std::string name;
    std::string checksum;  // of the multiset of its values
    bool operator==(const Column&) const = default;
  };
  std::string table;
  std::int64_t rows = 0;
  std::string checksum;  // of the multiset of its rows
  std::vector<Column> columns;
  bool operator==(const SnapshotRows&) const = default;
};

struct Snapshot {
  std::string server;                     // Database::server(); not compared
  std::vector<SnapshotObject> objects;    // by kind in the order of creation (schemas first), then by identity
  std::vector<SnapshotRows> rows;         // by table; only tables that hold rows
  std::vector<SnapshotObject> positions;  // kind "sequence position": where each sequence stands

  // The canonical text of the objects, for people and for a diff: one block per object. Without rows and positions.
  std::string text() const;
  std::string schema_hash() const;  // "sha256:..." over the objects
  std::string data_hash() const;    // "sha256:..." over rows and positions
};

// Schema takes no rows and no positions, for `schema dump` and `schema diff` on databases of any size.
enum class SnapshotScope { schema, schema_and_data };

// Reads it in one read-only REPEATABLE READ transaction of its own; leaves the session's settings as they were.
// REQUIRES: no transaction is open. Throws DatabaseError.
// Implementations: postgres_snapshot*.cc, sqlite_snapshot.cc; all_snapshots.cc chooses.
Snapshot take_snapshot(Database& database, SnapshotScope scope = SnapshotScope::schema_and_data);

}  // namespace drydock
