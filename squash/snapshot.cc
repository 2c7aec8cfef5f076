// A snapshot as text, and as two hashes. The text is for people; the hashes are made of lengths and bytes, so that no
// two snapshots are hashed from the same text, whatever is in a name.
#include "squash/snapshot.h"

#include "runner/migration/checksum.h"

namespace drydock {

namespace {

// One line as it is; several below the name, each marked, so that a body's empty lines and indentation are seen.
void append_property(const std::string& name, const std::string& value, std::string& text) {
  text += "  " + name + ":";
  if (value.find('\n') == std::string::npos) {
    text += (value.empty() ? "" : " ") + value + "\n";
    return;
  }
  text += "\n    | ";
  for (char c : value) {
    text += c;
    if (c == '\n') text += "    | ";
  }
  text += "\n";
}

void append_part(const std::string& part, std::string& bytes) { bytes += std::to_string(part.size()) + ":" + part; }

void append_object(const SnapshotObject& object, std::string& bytes) {
  append_part(object.kind, bytes);
  append_part(object.identity, bytes);
  for (const auto& [name, value] : object.properties) {
    append_part(name, bytes);
    append_part(value, bytes);
  }
  bytes += "\n";
}

void append_rows(const SnapshotRows& rows, std::string& bytes) {
  append_part(rows.table, bytes);
  append_part(std::to_string(rows.rows), bytes);
  append_part(rows.checksum, bytes);
  for (const SnapshotRows::Column& column : rows.columns) {
    append_part(column.name, bytes);
    append_part(column.checksum, bytes);
  }
  bytes += "\n";
}

}  // namespace

std::string Snapshot::text() const {
  std::string text;
  for (const SnapshotObject& object : objects) {
    text += (text.empty() ? "" : "\n") + object.kind + " " + object.identity + "\n";
    for (const auto& [name, value] : object.properties) append_property(name, value, text);
  }
  return text;
}

std::string Snapshot::schema_hash() const {
  std::string bytes;
  for (const SnapshotObject& object : objects) append_object(object, bytes);
  return sha256(bytes);
}

std::string Snapshot::data_hash() const {
  std::string bytes;
  for (const SnapshotRows& table : rows) append_rows(table, bytes);
  bytes += "\n";
  for (const SnapshotObject& position : positions) append_object(position, bytes);
  return sha256(bytes);
}

}  // namespace drydock
