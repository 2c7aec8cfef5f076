// A small folder of each tool's, from empty to applied, with the command that a user types.
#include <doctest/doctest.h>

#include "fixtures/project.h"

using namespace drydock;

namespace {

struct ToolFolder {
  std::string format;
  std::vector<std::pair<std::string, std::string>> files;  // two migrations that make the tables a and b
};

const std::string make_a = "create table a (id integer primary key);\n",
                  make_b = "create table b (id integer primary key);\n";
const std::string drop_b = "drop table b;\n";

const ToolFolder folders[] = {
    {"flyway",
     {{"V1_9__a.sql", "create table ${name} (id integer primary key);\n"},
      {"deep/V1_10__b.sql", make_b},
      {"U1_10__b.sql", drop_b},
      {"R__v.sql", "drop view if exists v; create view v as select id from a;\n"}}},
    {"golang-migrate", {{"9_a.up.sql", make_a}, {"10_b.up.sql", make_b}, {"10_b.down.sql", drop_b}}},
    {"goose",
     {{"1_a.sql", "-- +goose Up\n" + make_a},
      {"2_b.sql",
       "-- +goose Up\n-- +goose StatementBegin\ncreate table b (id integer primary key)\n-- +goose StatementEnd\n-- "
       "+goose Down\n" +
           drop_b}}},
    {"dbmate",
     {{"10_a.sql", "-- migrate:up\n" + make_a + "-- migrate:down\n"},
      {"8_b.sql", "-- migrate:up\n" + make_b + "-- migrate:down\n" + drop_b}}},
    {"sqlx", {{"1_a.sql", make_a}, {"2_b.up.sql", "-- no-transaction\n" + make_b}, {"2_b.down.sql", drop_b}}},
    {"tern",
     {{"tern.conf", ""}, {"1_a.sql", make_a}, {"2_b.sql", make_b + "---- create above / drop below ----\n" + drop_b}}},
    {"refinery", {{"../refinery.toml", ""}, {"V1__a.sql", make_a}, {"U2__b.sql", make_b}}},
    {"sql-migrate",
     {{"1-a.sql", "-- +migrate Up\n" + make_a},
      {"1-b.sql", "-- +migrate Up notransaction\n" + make_b + "-- +migrate Down\n" + drop_b}}},
};

}  // namespace

TEST_CASE("A folder of another tool's is migrated from empty, in that tool's order, and then nothing is pending") {
  for (const ToolFolder& each : folders) {
    CAPTURE(each.format);
    const Project project;
    project.write("drydock.toml", "[placeholders]\nname = \"a\"\n");
    for (const auto& [file, text] : each.files) project.write("migrations/" + file, text);
    CHECK(project.drydock({"plan"}).code == 0);
    const Ran first = project.drydock({"migrate"});
    CAPTURE(first.err);
    CHECK(first.code == 0);
    CHECK(project.has_table("a"));
    CHECK(project.has_table("b"));
    CHECK(project.drydock({"status", "--check"}).code == 0);
    CHECK(project.drydock({"migrate"}).says("Nothing is pending"));
    CHECK(project.drydock({"new", "Add more"}).code == 0);
    CHECK(project.drydock({"status", "--check"}).code == 9);
  }
}

TEST_CASE("A baseline of Flyway's runs on an empty database alone") {
  const auto write_history = [](const Project& project) {
    project.write("migrations/V1__a.sql", make_a);
    project.write("migrations/V1_1__b.sql", make_b);
  };
  const std::string baseline = make_a + make_b;
  const std::string after = "create table c (id integer primary key);\n";

  const Project fresh;
  write_history(fresh);
  fresh.write("migrations/B1_1__base.sql", baseline);
  fresh.write("migrations/V2__c.sql", after);
  CHECK(fresh.drydock({"migrate"}).code == 0);
  CHECK(fresh.value("select count(*) from sqlite_schema where name in ('a', 'b', 'c')") == "3");
  CHECK(fresh.drydock({"migrate"}).says("Nothing is pending"));

  const Project old;
  write_history(old);
  CHECK(old.drydock({"migrate"}).code == 0);
  old.write("migrations/B1_1__base.sql", baseline);
  old.write("migrations/V2__c.sql", after);
  CHECK(old.drydock({"migrate"}).code == 0);
  CHECK(old.has_table("c"));
  CHECK(old.drydock({"status", "--check"}).code == 0);

  const Project foreign;
  foreign.sql("create table other (id integer)");
  foreign.write("migrations/B1_1__base.sql", baseline);
  CHECK(foreign.drydock({"migrate"}).code == 4);
  CHECK_FALSE(foreign.has_table("a"));
}
