#include "rehearsal/kept/sqlite_kept_file.h"

#include <algorithm>
#include <array>

#include "rehearsal/observe/sqlite_query.h"

namespace drydock {
namespace {

constexpr std::string_view create_sql = R"(
CREATE TABLE IF NOT EXISTS drydock_kept (
  sequence INTEGER PRIMARY KEY,
  id INTEGER NOT NULL,
  event TEXT NOT NULL CHECK (event IN ('made', 'kept', 'restored', 'purged')),
  version TEXT NOT NULL,
  kind TEXT NOT NULL,
  object TEXT NOT NULL,
  place TEXT NOT NULL,
  copied TEXT NOT NULL,
  rows INTEGER NOT NULL,
  at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  until TEXT NOT NULL))";

constexpr std::string_view list_sql = R"(
SELECT k.id, k.version, k.kind, k.object, k.place, k.copied, k.rows, k.at, k.until,
       k.until <= strftime('%Y-%m-%dT%H:%M:%SZ', 'now'),
       EXISTS (SELECT 1 FROM drydock_kept e WHERE e.id = k.id AND e.event = 'purged'),
       EXISTS (SELECT 1 FROM drydock_kept e WHERE e.id = k.id AND e.event = 'restored'),
       EXISTS (SELECT 1 FROM drydock_kept e WHERE e.id = k.id AND e.event = 'kept')
  FROM drydock_kept k WHERE k.event = 'made' ORDER BY k.id)";

constexpr std::string_view insert_sql = R"(
INSERT INTO drydock_kept (id, event, version, kind, object, place, copied, rows, until)
VALUES (CAST(?1 AS INTEGER), ?2, ?3, ?4, ?5, ?6, ?7, CAST(?8 AS INTEGER), ?9))";

}  // namespace

CopiedTable sqlite_table(sqlite3* handle, const std::string& name) {
  CopiedTable table;
  table.name = name;
  // hidden: 2 and 3 are generated columns; 1 is one of a virtual table's.
  SqliteQuery columns(handle, "SELECT name, type, pk, hidden FROM pragma_table_xinfo(?1, 'main') WHERE hidden <> 1");
  columns.bind_text(1, name);
  std::vector<std::pair<std::int64_t, std::string>> key;
  while (columns.step()) {
    table.columns.push_back({columns.text(0), columns.text(1), columns.integer(3) != 0});
    if (columns.integer(2) > 0) key.emplace_back(columns.integer(2), columns.text(0));
  }
  std::sort(key.begin(), key.end());
  for (auto& [position, column] : key) table.key.push_back(std::move(column));
  return table;
}

std::filesystem::path SqliteKeptFile::path_of(const DatabaseUrl& database) { return database.database() + ".kept"; }

std::unique_ptr<SqliteKeptFile> SqliteKeptFile::of(const DatabaseUrl& database, Missing missing) {
  namespace fs = std::filesystem;
  const fs::path path = path_of(database);
  if (!fs::exists(path)) {
    if (missing == Missing::leave) return nullptr;
    auto made = std::make_unique<SqliteKeptFile>(DatabaseUrl::of_file(path.string()));
    fs::permissions(path, fs::status(database.database()).permissions());
    return made;
  }
  return std::make_unique<SqliteKeptFile>(DatabaseUrl::of_file(path.string()));
}

SqliteKeptFile::SqliteKeptFile(const DatabaseUrl& url) : database_(url, {.create = true, .application = "drydock"}) {
  database_.execute(create_sql);
}

KeptCopy SqliteKeptFile::next(const std::string& table, std::chrono::hours keep) {
  // Copies that an open transaction has made are not in the list yet.
  const Value parameters[] = {"+" + std::to_string(keep.count()) + " hours"};
  const Rows rows = database_.query(
      "SELECT 1 + max(coalesce((SELECT max(id) FROM drydock_kept), 0), coalesce((SELECT max(CAST(substr(name, 2) AS "
      "INTEGER)) FROM sqlite_schema WHERE type = 'table' AND name GLOB 'k[0-9]*'), 0)), "
      "strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?1)",
      parameters);
  KeptCopy copy;
  copy.id = rows.integer(0, 0);
  copy.made_at = rows.text(0, 1);
  copy.until = rows.text(0, 2);
  copy.place = drydock::quoted("k" + std::to_string(copy.id) + "_" + table);
  return copy;
}

void SqliteKeptFile::note(const KeptCopy& copy, const std::string& event, std::int64_t rows) {
  const std::array<Value, 9> row{std::to_string(copy.id),
                                 event,
                                 copy.version,
                                 std::string(to_string(copy.kind)),
                                 copy.object,
                                 copy.place,
                                 to_text(copy.table),
                                 std::to_string(rows),
                                 copy.until};
  database_.query(insert_sql, row);
}

void SqliteKeptFile::drop(const KeptCopy& copy) { database_.execute("DROP TABLE IF EXISTS " + copy.place); }

void SqliteKeptFile::purge(const KeptCopy& copy) {
  database_.begin();
  try {
    drop(copy);
    note(copy, "purged", copy.rows);
    database_.commit();
  } catch (...) {
    database_.rollback();
    throw;
  }
}

std::vector<KeptCopy> SqliteKeptFile::list() { return kept_copies_from(database_.query(list_sql)); }

}  // namespace drydock
