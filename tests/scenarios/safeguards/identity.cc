// A wrong target is refused before a statement is sent: each refusal of docs/identity.md, and the mistakes by which
// people come to it. Nothing in any database is changed by a run that ends so.
#include <doctest/doctest.h>

#include <fstream>
#include <map>

#include "fixtures/postgres_server.h"
#include "fixtures/project.h"
#include "runner/database/database.h"

namespace drydock {
namespace {

using Kind = Project::Kind;

// The databases of a company: two of the project's, one of another project's, an empty one where production's volume
// should be, one that nobody stamped, and a copy of production that was restored for staging.
const std::initializer_list<const char*> names = {"production", "development", "other", "empty", "unstamped", "copy"};

class World {
 public:
  explicit World(Kind kind) : project(kind), kind_(kind) {
    for (const std::string name : names) urls_[name] = address(name);
    project.write("migrations/0001_users.sql", "CREATE TABLE users (id integer PRIMARY KEY, mail text);\n");
    project.write("elsewhere/0100_orders.sql", "CREATE TABLE orders (id integer PRIMARY KEY);\n");
    must(migrate("production", {"--environment", "staging"}));  // by a name that is not protected yet
    run("production", "UPDATE " + stamp() + " SET environment = 'production'; INSERT INTO users VALUES (1, 'a')");
    must(migrate("development", {}));
    run("development", "INSERT INTO users VALUES (1, 'b')");
    must(migrate("other", {"--migrations", "elsewhere"}));
    run("unstamped", "CREATE TABLE users (id integer PRIMARY KEY, mail text); INSERT INTO users VALUES (1, 'c')");
    copy_production();
    project.write("migrations/0002_size.sql", "ALTER TABLE users ADD COLUMN size integer;\n");
    project.write("drydock.toml", toml());
    if (kind == Kind::postgres) project.write("services", service());
  }

  // {production} is that database's address, {id of production} its id.
  std::string filled(std::string text) const {
    for (const auto& [name, url] : urls_) replace(text, "{" + name + "}", url);
    for (const char* name : {"production", "development"})
      if (text.find("{id of ") != std::string::npos) replace(text, "{id of " + std::string(name) + "}", id_of(name));
    return text;
  }

  // A hash over all that all of the databases hold.
  std::string state() const {
    std::string state;
    for (const std::string name : names) {
      if (kind_ == Kind::sqlite) {
        const std::filesystem::path file = project.folder() / (name + ".db");
        state += name + (std::filesystem::exists(file) ? project.read(name + ".db") : "none");
      } else {
        state +=
            name + ask(name,
                       "SELECT md5(string_agg(concat(n.nspname, c.relname, (SELECT string_agg(attname, ',' ORDER BY "
                       "attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0), query_to_xml(format("
                       "'SELECT * FROM %I.%I', nspname, relname), true, false, '')), '|' ORDER BY nspname, relname))"
                       " FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname "
                       "IN ('public', 'drydock')");
      }
    }
    return state;
  }

  std::string toml() const {
    return filled(
        "[environments.production]\nid = \"{id of production}\"\nprotected = true\n\n"
        "[environments.development]\nid = \"{id of development}\"\n");
  }

  Project project;

 private:
  std::string address(const std::string& name) const {
    if (kind_ == Kind::sqlite) return "sqlite:" + name + ".db";
    const DatabaseUrl url = fixtures::PostgresServer::instance().new_database();
    return "postgresql://postgres@/" + url.database() + "?host=" + url.parameters().at("host");
  }
  std::unique_ptr<Database> open(const std::string& name) const {
    const std::string url =
        kind_ == Kind::sqlite ? "sqlite:" + (project.folder() / (name + ".db")).string() : urls_.at(name);
    return open_database(DatabaseUrl::parse(url), {.create = true});
  }
  void run(const std::string& name, const std::string& sql) const { open(name)->execute(sql); }
  std::string ask(const std::string& name, const std::string& sql) const {
    return open(name)->query(sql).rows[0][0].value_or("NULL");
  }
  std::string stamp() const { return kind_ == Kind::sqlite ? "drydock_stamp" : "drydock.stamp"; }
  std::string id_of(const std::string& name) const { return ask(name, "SELECT database_id FROM " + stamp()); }
  Ran migrate(const std::string& name, std::vector<std::string> words) const {
    words.insert(words.end(), {"migrate", "--database", urls_.at(name)});
    return project.without_database(words);
  }
  void copy_production() {
    if (kind_ == Kind::sqlite) {
      std::filesystem::copy_file(project.folder() / "production.db", project.folder() / "copy.db");
      return;
    }
    const std::string copy = DatabaseUrl::parse(urls_.at("copy")).database();
    run("other", "DROP DATABASE " + copy);
    run("other", "CREATE DATABASE " + copy + " TEMPLATE " + DatabaseUrl::parse(urls_.at("production")).database());
  }
  std::string service() const {
    const DatabaseUrl url = DatabaseUrl::parse(urls_.at("unstamped"));
    return "[shop]\nhost=" + url.parameters().at("host") + "\ndbname=" + url.database() + "\nuser=postgres\n";
  }
  static void must(const Ran& ran) {
    INFO(ran.out, ran.err);
    REQUIRE(ran.code == 0);
  }
  static void replace(std::string& text, const std::string& what, const std::string& with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
      text.replace(at, what.size(), with);
  }

  Kind kind_;
  std::map<std::string, std::string> urls_;
};

struct Mistake {
  const char* title;
  std::vector<std::string> words;
  Variables variables;
  const char* toml;  // in the place of the project's own; "": that one
  std::vector<std::string> says;
};

constexpr const char* no_ids = "project = \"shop\"\n";

void is_refused(const World& world, const Mistake& mistake, const std::string& command) {
  CAPTURE(command);
  CAPTURE(std::string(mistake.title));
  world.project.write("drydock.toml", *mistake.toml == 0 ? world.toml() : world.filled(mistake.toml));
  std::vector<std::string> words{command};
  for (const std::string& word : mistake.words) words.push_back(world.filled(word));
  Variables variables;
  for (const auto& [name, value] : mistake.variables) variables.emplace_back(name, world.filled(value));
  const std::string before = world.state();
  const Ran ran = world.project.without_database(words, variables);
  INFO(ran.out, ran.err);
  CHECK(ran.code == 5);
  for (const std::string& part : mistake.says) CHECK(ran.says(world.filled(part)));
  CHECK(ran.says("Nothing was sent to it"));
  CHECK(world.state() == before);
}

const Mistake refusals[] = {
    {"an id is expected, and an empty database answers",
     {"--environment", "production", "--database", "{empty}"},
     {},
     "",
     {"{id of production}", "never filled", "drydock init --first-deploy"}},
    {"an id is expected, and one without a stamp answers",
     {"--environment", "production", "--database", "{unstamped}"},
     {},
     "",
     {"{id of production}", "carries no stamp"}},
    {"an id is expected, and another one answers",
     {"--database", "{production}", "--environment", "production"},
     {},
     "[environments.production]\nid = \"{id of development}\"\n",
     {"{id of development}", "{id of production}", "--as-copy production"}},
    {"the stamp names another environment",
     {"--environment", "staging", "--database", "{production}"},
     {},
     no_ids,
     {"is stamped as production, and this run is for staging", "--environment production", "--as-copy staging"}},
    {"the environment is protected, and the database is empty",
     {"--environment", "live", "--database", "{empty}"},
     {},
     "[environments.live]\nprotected = true\n",
     {"empty", "live is protected", "--first-deploy"}},
    {"the history is of other files",
     {"--database", "{other}"},
     {},
     no_ids,
     {"0100_orders", "none of its versions is in the folder", "--migrations"}},
};

TEST_CASE("each refusal of a wrong target ends with 5 and its reason, for every command, and changes nothing") {
  for (const Kind kind : both_kinds) {
    const World world(kind);
    for (const Mistake& each : refusals)
      for (const char* command : {"migrate", "rehearse", "reset"}) is_refused(world, each, command);
  }
}

TEST_CASE("rows without a stamp on another host, and no environment given: it is not guessed which one it is") {
  const World world(Kind::postgres);
  const std::string file = (world.project.folder() / "services").string();
  // A service may name any host, so that it counts as another one.
  is_refused(world,
             {"a service",
              {"--database", "postgresql:///?service=shop"},
              {{"PGSERVICEFILE", file}},
              no_ids,
              {"holds rows and carries no stamp", "will not be guessed", "--environment NAME"}},
             "migrate");
}

const Mistake mistakes[] = {
    {"by URL: production's, in a development shell", {"--database", "{production}"}, {}, "", {"expects the database"}},
    {"by URL: development's, in the deployment",
     {"--environment", "production", "--database", "{development}"},
     {},
     "",
     {"{id of production}"}},
    {"by URL: another project's", {"--database", "{other}"}, {}, no_ids, {"none of its versions"}},
    {"by variable: DATABASE_URL is production's", {}, {{"DATABASE_URL", "{production}"}}, "", {"expects the database"}},
    {"by variable: DRYDOCK_ENVIRONMENT is production, the address development's",
     {},
     {{"DRYDOCK_ENVIRONMENT", "production"}, {"DATABASE_URL", "{development}"}},
     "",
     {"{id of production}"}},
    {"by variable: DRYDOCK_DATABASE wins over the right one",
     {},
     {{"DRYDOCK_DATABASE", "{other}"}, {"DATABASE_URL", "{development}"}},
     "",
     {"{id of development}"}},
    {"by toml: production's address under development",
     {},
     {},
     "[environments.development]\ndatabase = \"{production}\"\n",
     {"is stamped as production"}},
    {"by toml: two addresses are swapped",
     {"--environment", "production"},
     {},
     "[environments.production]\nid = \"{id of production}\"\ndatabase = \"{development}\"\n",
     {"{id of production}"}},
    {"by toml: another environment's section was copied, with its id",
     {"--environment", "staging"},
     {},
     "[environments.staging]\nid = \"{id of production}\"\ndatabase = \"{production}\"\n",
     {"is stamped as production"}},
    {"by copy: production was restored for staging, and carries its stamp",
     {"--environment", "staging"},
     {},
     "[environments.staging]\ndatabase = \"{copy}\"\n",
     {"is stamped as production", "--as-copy staging"}},
    {"by copy: the configuration was copied to another project",
     {"--migrations", "elsewhere"},
     {},
     "project = \"blog\"\n[environments.development]\ndatabase = \"{development}\"\n",
     {"none of its versions"}},
    {"by copy: production's volume is a new one",
     {"--environment", "production", "--database", "{empty}"},
     {},
     "",
     {"never filled"}},
};

TEST_CASE("twelve mistakes by URL, variable, file and copy are refused, and no database is changed") {
  for (const Kind kind : both_kinds) {
    const World world(kind);
    for (const Mistake& each : mistakes) is_refused(world, each, "migrate");
  }
}

}  // namespace
}  // namespace drydock
