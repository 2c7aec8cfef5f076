// A snapshot's text and hashes: what they depend on, and that no two snapshots share a hash by how they are written.
#include "squash/snapshot.h"

#include <doctest/doctest.h>

namespace drydock {
namespace {

SnapshotObject table(std::string name, std::vector<std::pair<std::string, std::string>> properties = {}) {
  return {"table", std::move(name), std::move(properties)};
}

TEST_CASE("the text has one block for each object, and marks the lines of a value that has several") {
  Snapshot snapshot;
  snapshot.objects = {table("public.a", {{"owner", "(migrator)"}}),
                      {"view", "public.v", {{"query", "SELECT 1\n\n  x"}}}};
  CHECK(snapshot.text() ==
        "table public.a\n  owner: (migrator)\n\nview public.v\n  query:\n    | SELECT 1\n    | \n    |   x\n");
}

TEST_CASE("the schema's hash depends on the objects alone") {
  Snapshot one, other;
  one.objects = other.objects = {table("public.a")};
  other.server = "PostgreSQL 15.18";
  other.rows = {{"public.a", 1, "x", {}}};
  other.positions = {{"sequence position", "public.s", {{"value", "4"}}}};
  CHECK(one.schema_hash() == other.schema_hash());
  CHECK(one.schema_hash().starts_with("sha256:"));
  other.objects[0].properties = {{"owner", "bob"}};
  CHECK(one.schema_hash() != other.schema_hash());
}

TEST_CASE("the data's hash depends on rows and positions") {
  Snapshot empty, rows, positions, others;
  rows.rows = {{"public.a", 1, "x", {{"id", "y"}}}};
  positions.positions = {{"sequence position", "public.s", {{"value", "4"}}}};
  others.objects = {table("public.a")};
  CHECK(empty.data_hash() == others.data_hash());
  CHECK(empty.data_hash() != rows.data_hash());
  CHECK(empty.data_hash() != positions.data_hash());
  Snapshot column = rows;
  column.rows[0].columns[0].checksum = "z";
  CHECK(column.data_hash() != rows.data_hash());
}

TEST_CASE("a value that looks like other properties is not hashed as them") {
  Snapshot one, other;
  one.objects = {table("public.a", {{"a", "1"}, {"b", "2"}})};
  other.objects = {table("public.a", {{"a", "1\n  b: 2"}})};
  CHECK(one.schema_hash() != other.schema_hash());
}

}  // namespace
}  // namespace drydock
