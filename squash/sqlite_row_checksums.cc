#include "squash/sqlite_row_checksums.h"

#include <openssl/sha.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rehearsal/observe/sqlite_query.h"
#include "rehearsal/observe/sqlite_values.h"

namespace drydock {

namespace {

// The sum of the digests of its members, modulo 2^256: whatever their order.
class MultisetChecksum {
 public:
  void add(const std::string& member) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(member.data()), member.size(), digest.data());
    unsigned carry = 0;
    for (std::size_t i = 0; i < digest.size(); ++i) {
      carry += static_cast<unsigned>(sum_[i]) + digest[i];
      sum_[i] = static_cast<unsigned char>(carry & 0xffU);
      carry >>= 8;
    }
  }

  std::string text() const {
    std::string hex;
    for (const unsigned char byte : sum_) {
      hex += "0123456789abcdef"[byte >> 4];
      hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
  }

 private:
  std::array<unsigned char, SHA256_DIGEST_LENGTH> sum_{};
};

std::string select_of(const std::string& table, const std::vector<std::string>& columns) {
  std::string list;
  for (const std::string& column : columns) list += (list.empty() ? "" : ", ") + drydock::quoted(column);
  return "SELECT " + list + " FROM main." + drydock::quoted(table);
}

std::string encoded(sqlite3_value* value) {
  // 1 and 1.0 are one number and two values: typeof() tells them apart.
  std::string bytes = sqlite3_value_type(value) == SQLITE_FLOAT ? "f" : "";
  append_encoded(bytes, value);
  return bytes;
}

SnapshotRows checksums_of(SqliteDatabase& database, const std::string& table, const std::vector<std::string>& columns,
                          const std::string& condition) {
  SnapshotRows rows{.table = table, .rows = 0, .checksum = {}, .columns = {}};
  MultisetChecksum whole;
  std::vector<MultisetChecksum> parts(columns.size());
  try {
    SqliteQuery query(database.handle(), select_of(table, columns) + condition);
    while (query.step()) {
      std::string row;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string value = encoded(query.value(static_cast<int>(i)));
        parts[i].add(value);
        row += value;
      }
      whole.add(row);
      ++rows.rows;
    }
  } catch (const SqliteQueryError& error) {
    DatabaseError::Details details;
    details.message = "cannot read the rows of " + table + ": " + error.what();
    throw DatabaseError(std::move(details));
  }
  rows.checksum = whole.text();
  for (std::size_t i = 0; i < columns.size(); ++i) rows.columns.push_back({columns[i], parts[i].text()});
  return rows;
}

void add_full_text(SqliteDatabase& database, const StoredObject& entry, std::vector<SnapshotRows>& found) {
  const std::optional<SqliteFullText> full_text = sqlite_full_text(entry);
  if (!full_text) return;
  if (full_text->is_fts5)
    found.push_back(checksums_of(database, entry.name + "_config", {"k", "v"}, " WHERE k <> 'version'"));
  const std::string sizes = entry.name + "_docsize";
  if (full_text->content == SqliteFullText::Content::own || !has_sqlite_shadow_table(database, sizes)) return;
  found.push_back(checksums_of(database, sizes, {full_text->is_fts5 ? "id" : "docid"}, ""));
}

}  // namespace

std::vector<std::string> sqlite_row_columns(Database& database, const StoredObject& entry) {
  std::vector<std::string> names;
  if (sqlite_full_text(entry)) names.emplace_back("rowid");
  for (const StoredColumn& column : sqlite_columns(database, entry.name))
    if (column.storage != StoredColumn::Storage::hidden) names.push_back(column.name);
  return names;
}

std::vector<SnapshotRows> sqlite_row_checksums(SqliteDatabase& database, const std::vector<StoredObject>& entries) {
  std::vector<SnapshotRows> found;
  for (const StoredObject& entry : entries) {
    if (entry.kind != StoredObject::Kind::table && entry.kind != StoredObject::Kind::virtual_table) continue;
    found.push_back(checksums_of(database, entry.name, sqlite_row_columns(database, entry), ""));
    add_full_text(database, entry, found);
  }
  std::erase_if(found, [](const SnapshotRows& rows) { return rows.rows == 0; });
  std::ranges::sort(found, {}, &SnapshotRows::table);
  return found;
}

}  // namespace drydock
