#include "runner/history/adopt/foreign_checksums.h"

#include <doctest/doctest.h>

#include "fixtures/temporary_directory.h"
#include "runner/history/adopt/adopt_reader.h"

namespace drydock {
namespace {

using fixtures::TemporaryDirectory;

MigrationFile file_at(const std::filesystem::path& path, const std::string& version, const std::string& name) {
  MigrationFile file;
  file.path = path;
  file.file = path.filename().string();
  file.version = Version(version);
  file.name = name;
  return file;
}

std::string first_sum(const std::string& tool, const MigrationFile& file, ForeignTable table = {}) {
  const std::vector<const MigrationFile*> files{&file};
  return find_adopt_reader(tool)->checksums(file, {.table = table, .files = files}).front();
}

TEST_CASE("the digests are those of their published vectors") {
  CHECK(crc32("123456789") == 0xCBF43926);
  CHECK(sha1_hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(sha384_hex("abc") ==
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(java_hash("hello") == 99162322);
  CHECK(java_hash("\"concurrent_test\".\"schema_version\"") == 77431133147203 - 0x466C79776179);
}

// What Python 3.11 computes as the hash of bytes with PYTHONHASHSEED=0.
TEST_CASE("SipHash-1-3 with a key of zeros agrees with another implementation, for every length of the last word") {
  CHECK(sip_hash_1_3("a") == 4644417185603328019U);
  CHECK(sip_hash_1_3("abcdefg") == 7904145750247929094U);
  CHECK(sip_hash_1_3("abcdefgh") == 4574395652268504554U);
  CHECK(sip_hash_1_3("a longer text of more than two words") == 7452570159611732762U);
}

TEST_CASE("Flyway's checksum takes no notice of line endings and of a byte order mark") {
  const std::string sql = "alter table location_history add column valid_until timestamp with time zone;";
  for (const std::string& text : {sql, sql + "\n", sql + "\r\n", "\xEF\xBB\xBF" + sql}) {
    const TemporaryDirectory folder;
    CHECK(first_sum("flyway", file_at(folder.write("V1__x.sql", text), "1", "x")) == "-1039259818");
  }
}

TEST_CASE("Atlas's hash of a file is over the files before it, too") {
  const TemporaryDirectory folder;
  const MigrationFile first = file_at(folder.write("1_a.sql", "CREATE TABLE a (id int);\n"), "1", "a");
  const MigrationFile second = file_at(folder.write("2_b.sql", "CREATE TABLE b (id int);\n"), "2", "b");
  const ForeignTable table;
  const std::vector<const MigrationFile*> files{&first, &second};
  const AdoptReader& atlas = *find_adopt_reader("atlas");
  const std::string content = "1_a.sqlCREATE TABLE a (id int);\n2_b.sqlCREATE TABLE b (id int);\n";
  CHECK(atlas.checksums(second, {.table = table, .files = files}).front() == base64(bytes_of_hex(sha256_hex(content))));
}

TEST_CASE("refinery's checksum is the one that it computes itself") {
  const TemporaryDirectory folder;
  const std::string sql = "CREATE TABLE cars (\n    id int,\n    name varchar(255)\n);\n";
  const MigrationFile file = file_at(folder.write("V2__add_cars_table.sql", sql), "2", "add_cars_table");
  const ForeignTable wide{.schema = "", .name = "x", .columns = {{"version", "bigint"}}};
  CHECK(first_sum("refinery", file) == "8238603820526370208");
  CHECK(first_sum("refinery", file, wide) == "5394706226941044339");
}

TEST_CASE("refinery's checksum depends on name, version and the width of versions") {
  const TemporaryDirectory folder;
  const MigrationFile file = file_at(folder.write("V1__initial.sql", "SELECT 1;"), "1", "initial");
  const std::string content = std::string("initial\xFF") + std::string("\x01\0\0\0", 4) + "SELECT 1;\xFF";
  CHECK(first_sum("refinery", file) == std::to_string(sip_hash_1_3(content)));
  const ForeignTable wide{.schema = "", .name = "x", .columns = {{"version", "bigint"}}};
  CHECK(first_sum("refinery", file, wide) != first_sum("refinery", file));
}

TEST_CASE("graphile-migrate's hash is over the hash before it and the body") {
  const TemporaryDirectory folder;
  const std::string body = "create table a (id int);";
  const std::string sum = "sha1:" + sha1_hex("sha1:1234\n" + body + "\n");
  const std::string text = "--! Previous: sha1:1234\n--! Hash: " + sum + "\n\n" + body + "\n\n";
  CHECK(first_sum("graphile-migrate", file_at(folder.write("000002.sql", text), "2", "")) == sum);
}

TEST_CASE("Prisma's checksum is accepted for either line ending and in its old spelling") {
  const TemporaryDirectory folder;
  const MigrationFile file = file_at(folder.write("migration.sql", "a\r\nb\n"), "1", "");
  const ForeignTable table;
  const std::vector<std::string> sums = find_adopt_reader("prisma")->checksums(file, {.table = table, .files = {}});
  CHECK(sums[0] == sha256_hex("a\r\nb\n"));
  CHECK(sums[1] == sha256_hex("a\nb\n"));
  CHECK(sums[2] == sha256_hex("a\r\nb\r\n"));
}

}  // namespace
}  // namespace drydock
