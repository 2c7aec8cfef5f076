// What migrate does with a loss: rehearsed, guarded, consented; and that the data is still there afterwards.
#include <doctest/doctest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "fixtures/project.h"

namespace drydock {
namespace {

TEST_CASE("a loss without a consent is refused before the target is touched, with the line that would allow it") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_loss();
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 3);
    CHECK(ran.says("table-dropped  " + project.table("legacy") + "  3 rows"));
    CHECK(ran.says("0002_drop_legacy.sql:1"));
    CHECK(ran.says("-- drydock:consent table-dropped " + project.table("legacy") + " rows<="));
    CHECK(ran.says("nothing was changed"));
    CHECK(project.value("SELECT count(*) FROM legacy") == "3");
  }
}

TEST_CASE("control characters in a name break neither the JSON document nor the terminal, and no line can be pasted") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    const std::string name = "odd\xc2\x85\x7f\nname";
    project.write("migrations/0001_odd.sql", "CREATE TABLE \"" + name + "\" (id integer PRIMARY KEY);\n");
    REQUIRE(project.drydock({"migrate"}).code == 0);
    project.sql("INSERT INTO \"" + name + "\" VALUES (1)");
    project.write("migrations/0002_drop_odd.sql", "DROP TABLE \"" + name + "\";\n");
    const Ran json = project.drydock({"rehearse", "--json"});
    INFO(json.out, json.err);
    CHECK(json.code == 3);
    const auto loss = nlohmann::json::parse(json.out).at("migrations").at(0).at("losses").at(0);
    CHECK(loss.at("object") == project.table(name));
    CHECK(loss.at("consent") == "-- no consent can name this object: its name holds a line end");
    CHECK(project.drydock({"rehearse"}).out.find("odd\\x85\\x7f\nname") != std::string::npos);
  }
}

TEST_CASE("the consent line of the report, with a reason, lets the migration through") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_loss();
    const auto report = nlohmann::json::parse(project.drydock({"rehearse", "--json"}).out);
    std::string consent = report.at("migrations").at(0).at("losses").at(0).at("consent");
    consent.replace(consent.find("\"...\""), 5, "\"exported, OPS-12\"");
    project.write("migrations/0002_drop_legacy.sql", consent + "\nDROP TABLE legacy;\n");
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.says("exported, OPS-12"));
    CHECK_FALSE(project.has_table("legacy"));
  }
}

TEST_CASE("without a rehearsal the guard refuses the same loss and rolls it back") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_loss();
    const Ran ran = project.drydock({"migrate", "--no-rehearsal"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 3);
    CHECK(ran.says("table-dropped  " + project.table("legacy")));
    CHECK(ran.says("the guard rolled the transaction back"));
    CHECK(ran.says("nothing was changed"));
    CHECK(project.value("SELECT count(*) FROM legacy") == "3");
  }
}

TEST_CASE("on a database without rows a statement outside a transaction runs, unless the rehearsal was left out") {
  const Project project(Project::Kind::postgres);
  project.write("migrations/0001_tree.sql",
                "CREATE TABLE public.tree (id integer) PARTITION BY RANGE (id);\n"
                "CREATE TABLE public.leaf PARTITION OF public.tree FOR VALUES FROM (1) TO (2);\n");
  project.write("migrations/0002_detach.sql", "ALTER TABLE public.tree DETACH PARTITION public.leaf CONCURRENTLY;\n");
  const Ran without = project.drydock({"migrate", "--no-rehearsal"});
  INFO(without.out, without.err);
  CHECK(without.code == 3);
  CHECK(without.says("no rehearsal has judged it"));
  const Ran ran = project.drydock({"migrate"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.says("No table of the target holds a row"));
  CHECK(project.value("SELECT count(*) FROM pg_inherits") == "0");
}

TEST_CASE("what loses nothing is applied after its rehearsal, and the point to restore to is printed") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_column();
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.says("to go back: restore to 20"));
    CHECK(ran.says("WAL position") == (kind == Project::Kind::postgres));
    CHECK(ran.says("applied 0002 add_colour in "));
    CHECK(project.value("SELECT count(colour) FROM legacy") == "0");
  }
}

TEST_CASE("a migration that fails on the shadow is refused with its line") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_loss();
    project.write("migrations/0002_drop_legacy.sql", "\n\nINSERT INTO missing VALUES (1);\n");
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 3);
    CHECK(ran.says("0002_drop_legacy.sql:3"));
    CHECK(ran.says("nothing was changed"));
  }
}

TEST_CASE("a migration that fails on the target itself ends with 8 and says what stands") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.write("migrations/0001_first.sql", "CREATE TABLE first (id integer PRIMARY KEY);\n");
    project.write("migrations/0002_second.sql", "CREATE TABLE second (id int);\nINSERT INTO missing VALUES (1);\n");
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 8);
    CHECK(ran.says("0002_second.sql:2"));
    CHECK(ran.says("rolled back"));
    CHECK(project.has_table("first"));
    CHECK_FALSE(project.has_table("second"));
    CHECK(project.drydock({"status"}).says("failed") == false);
  }
}

TEST_CASE("a protected environment refuses --no-rehearsal") {
  const Project project;
  project.write("drydock.toml", "[environments.production]\nprotected = true\n");
  const Ran ran = project.drydock({"migrate", "--no-rehearsal", "--environment", "production"});
  CHECK(ran.code == 2);
  CHECK(ran.says("protected"));
}

TEST_CASE("the policy of the environment decides whether a shadow is made") {
  const Project project;
  project.with_pending_column();
  const auto with_policy = [&](const std::string& policy) {
    project.write("drydock.toml", "[environments.development]\nrehearsal = \"" + policy + "\"\n");
    return project.drydock({"migrate"});
  };
  CHECK(with_policy("sometimes").code == 2);
  const Ran receipt = with_policy("receipt");
  CHECK(receipt.code == 7);
  CHECK(receipt.says("receipt"));
  const Ran guard = with_policy("guard");
  CHECK(guard.code == 0);
  CHECK_FALSE(guard.says("Cloned"));
}

TEST_CASE("where no shadow can be made, if-possible goes on with the guard and required refuses") {
  const Project project;
  project.with_pending_column();
  project.write("occupied", "a file where the shadows' folder should be\n");
  const std::string place = "shadow_directory = \"occupied/shadows\"\n[environments.development]\n";
  project.write("drydock.toml", place);
  const Ran required = project.drydock({"migrate"});
  INFO(required.out, required.err);
  CHECK(required.code == 7);
  project.write("drydock.toml", place + "rehearsal = \"if-possible\"\n");
  const Ran possible = project.drydock({"migrate"});
  INFO(possible.out, possible.err);
  CHECK(possible.code == 0);
  CHECK(possible.says("no rehearsal was possible"));
}

TEST_CASE("a place where no shadow can lie ends with 7 and names the place and the setting") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_column();
    project.write("tree/.git/HEAD", "ref: refs/heads/main\n");
    project.write("occupied", "a file\n");
    const std::string folder = project.folder().string();
    for (const std::string& place : {std::string("/proc/no-shadow"), std::string("/proc/no/shadow/here"),
                                     std::string("/proc/self"), folder + "/tree/shadows", folder + "/occupied"}) {
      project.write("drydock.toml", "shadow_directory = \"" + place + "\"\n");
      const Ran ran = project.drydock({"migrate"});
      INFO(place);
      INFO(ran.out, ran.err);
      CHECK(ran.code == 7);
      CHECK(ran.says(place));
      CHECK(ran.says("shadow_directory"));
      CHECK(project.drydock({"status", "--check"}).code == 9);
    }
  }
}

TEST_CASE("clean drops what a killed rehearsal left on a server, and names what another machine made") {
  const Project project(Project::Kind::postgres);
  std::string host(256, '\0');
  REQUIRE(::gethostname(host.data(), host.size() - 1) == 0);
  host.resize(host.find('\0'));
  const auto lend = [&](const std::string& name, const std::string& comment) {
    project.sql("CREATE DATABASE " + name);
    project.sql("COMMENT ON DATABASE " + name + " IS '" + comment + "'");
  };
  lend("drydock_shadow_41", "drydock shadow of " + host + " 999999999 5");
  lend("drydock_shadow_42", "drydock shadow of another.host 999999999 5");
  const Ran ran = project.drydock({"clean"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.says("dropped the database drydock_shadow_41"));
  CHECK(ran.says("left the database drydock_shadow_42"));
  CHECK(ran.says("another.host"));
  CHECK(project.value("SELECT count(*) FROM pg_database WHERE datname = 'drydock_shadow_41'") == "0");
  const auto json = nlohmann::json::parse(project.drydock({"clean", "--json"}).out);
  CHECK(json.at("removed").empty());
  CHECK(json.at("left").size() == 1);
  project.sql("DROP DATABASE drydock_shadow_42");
}

TEST_CASE("rehearse writes every report that is asked for, and refuses an ending it has no writer for") {
  const Project project;
  project.with_pending_loss();
  std::vector<std::string> words{"rehearse"};
  const std::vector<std::string> endings{".txt", ".json", ".md", ".html", ".sarif", ".xml"};
  for (const std::string& ending : endings) words.insert(words.end(), {"--report", "out" + ending});
  CHECK(project.drydock(words).code == 3);
  for (const std::string& ending : endings) {
    const std::string report = project.read("out" + ending);
    INFO(report);
    for (const char* part : {"table-dropped", "legacy", "0002_drop_legacy.sql"})
      CHECK(report.find(part) != std::string::npos);
  }
  CHECK(project.read("out.txt").find("Would be lost, without a consent:") == 0);
  CHECK(project.read("out.md").find("## Migration rehearsal: rejected") == 0);
  CHECK(project.read("out.html").find("<strong>Rejected:</strong> 1 loss has no consent.") != std::string::npos);
  CHECK(project.read("out.xml").find("<failure type=\"rejected\" message=\"1 loss has no consent\">") !=
        std::string::npos);
  CHECK(nlohmann::json::parse(project.read("out.json")).at("verdict") == "rejected");
  const Ran ran = project.drydock({"rehearse", "--report", "out.doc"});
  CHECK(ran.code == 2);
  CHECK(ran.says("there are: .txt, .json, .md, .html, .sarif, .xml"));
}

TEST_CASE("code scanning finds a migration's file from the root of the repository, wherever drydock is called") {
  const Project project;
  project.with_pending_loss();
  const auto place = [&] {
    const auto log = nlohmann::json::parse(project.read("out.sarif"));
    const auto& physical = log.at("runs").at(0).at("results").at(0).at("locations").at(0).at("physicalLocation");
    return physical.at("artifactLocation").at("uri").get<std::string>();
  };
  CHECK(project.drydock({"rehearse", "--report", "out.sarif"}).code == 3);
  CHECK(place() == "migrations/0002_drop_legacy.sql");
  project.shell("mkdir .git elsewhere && cd elsewhere && { " + binary() +
                " --database sqlite:../app.db "
                "--migrations ../migrations rehearse --report ../out.sarif || test $? = 3; }");
  CHECK(place() == "migrations/0002_drop_legacy.sql");
  project.shell("mkdir migrations/.git");
  CHECK(project.drydock({"rehearse", "--report", "out.sarif"}).code == 3);
  CHECK(place() == "0002_drop_legacy.sql");
}

TEST_CASE("no value from a row is in any output") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_loss();
    project.sql("INSERT INTO legacy VALUES (77, 'alice@example.org')");
    project.write("migrations/0002_drop_legacy.sql",
                  "CREATE TABLE copies (note text PRIMARY KEY);\nINSERT INTO copies SELECT note FROM legacy WHERE id = "
                  "77;\nINSERT INTO copies SELECT note FROM legacy WHERE id = 77;\n");
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"rehearse"}, {"rehearse", "--json"}, {"migrate"}, {"migrate", "--no-rehearsal"}, {"migrate", "--json"}}) {
      const Ran ran = project.drydock(words);
      INFO(ran.out, ran.err);
      CHECK(ran.code != 0);
      CHECK_FALSE(ran.says("alice"));
    }
    for (const std::string file : {"out.md", "out.html", "out.sarif", "out.xml"}) {
      CHECK(project.drydock({"rehearse", "--report", file}).code == 3);
      CHECK(project.read(file).find("0002_drop_legacy.sql") != std::string::npos);
      CHECK(project.read(file).find("alice") == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace drydock
