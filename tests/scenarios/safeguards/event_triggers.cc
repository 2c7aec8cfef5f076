// Event triggers of the user's: drydock's own statements neither trip nor feed them, on the shadow and on the target.
#include <doctest/doctest.h>

#include "fixtures/project.h"

namespace drydock {
namespace {

// A rule of the house: tables are named in letters; and a protocol of every command.
constexpr const char* house_rules = R"(
CREATE TABLE protocol (tag text, object text);
GRANT SELECT, INSERT ON protocol TO PUBLIC;
CREATE FUNCTION judge_names() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE command record;
BEGIN
  FOR command IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
    INSERT INTO public.protocol VALUES (command.command_tag, command.object_identity);
    IF command.object_type = 'table' AND command.object_identity !~ '^public\.[a-z]+$' THEN
      RAISE EXCEPTION 'we do not name tables so: %', command.object_identity;
    END IF;
  END LOOP;
END $$;
CREATE FUNCTION note_drops() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.protocol SELECT 'drop', object_identity FROM pg_event_trigger_dropped_objects();
END $$;
CREATE EVENT TRIGGER house_rules ON ddl_command_end EXECUTE FUNCTION judge_names();
CREATE EVENT TRIGGER house_protocol ON sql_drop EXECUTE FUNCTION note_drops();
)";

// Rewrites, deletes, converts, drops: whatever drydock keeps tables for.
constexpr const char* changes = R"(-- drydock:consent rows-deleted public.legacy rows<=1 reason="not wanted"
-- drydock:consent column-dropped public.legacy.note rows<=3 reason="not wanted"
ALTER TABLE legacy ADD COLUMN size text;
UPDATE legacy SET size = '7';
ALTER TABLE legacy ALTER COLUMN size TYPE integer USING size::integer;
DELETE FROM legacy WHERE id = 1;
ALTER TABLE legacy DROP COLUMN note;
CREATE TABLE fresh (id integer);
)";

TEST_CASE("a user's event trigger neither sees nor stops what drydock does for itself") {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"migrate"}, {"migrate", "--no-rehearsal"}}) {
    const Project project(Project::Kind::postgres);
    project.with_pending_column();
    project.write("migrations/0002_add_colour.sql", changes);
    project.sql(house_rules);
    project.sql("DELETE FROM protocol");
    const Ran ran = project.drydock(words);
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(project.value("SELECT count(*) FROM protocol WHERE object LIKE '%drydock%' OR object LIKE 'pg_temp%'") ==
          "0");
    CHECK(project.value("SELECT count(*) FROM protocol WHERE object = 'public.fresh'") == "1");
  }
}

TEST_CASE("the same for a role that is no superuser and was granted the parameter, and a sentence where it was not") {
  const Project project(Project::Kind::postgres);
  project.sql("CREATE ROLE keeper LOGIN; GRANT ALL ON SCHEMA public TO keeper");
  project.sql("DO $$ BEGIN EXECUTE format('GRANT ALL ON DATABASE %I TO keeper', current_database()); END $$");
  std::string url = project.url();
  url.replace(url.find("postgres@"), 9, "keeper@");
  const auto migrate = [&](const std::string& option) {
    std::vector<std::string> words{"migrate", "--database", url};
    if (!option.empty()) words.push_back(option);
    return project.without_database(words);
  };
  project.write("migrations/0001_legacy.sql", "CREATE TABLE legacy (id integer PRIMARY KEY, note text);\n");
  REQUIRE(migrate("").code == 0);
  project.sql("INSERT INTO legacy VALUES (1, 'a'), (2, 'b'), (3, 'c')");
  project.sql(house_rules);
  project.write("migrations/0002_changes.sql", changes);
  for (const std::string option : {"", "--no-rehearsal"}) {
    const Ran refused = migrate(option);
    INFO(refused.out, refused.err);
    CHECK(refused.code == 3);
    CHECK(refused.says("GRANT SET ON PARAMETER session_replication_role TO \"keeper\""));
  }
  project.sql("GRANT SET ON PARAMETER session_replication_role TO keeper; DELETE FROM protocol");
  const Ran ran = migrate("");
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK(project.value("SELECT count(*) FROM protocol WHERE object LIKE '%drydock%' OR object LIKE 'pg_temp%'") == "0");
}

TEST_CASE("nor does one on a database that drydock has not seen before") {
  const Project project(Project::Kind::postgres);
  project.sql(house_rules);
  project.sql("DELETE FROM protocol");
  project.write("migrations/0001_fresh.sql", "CREATE TABLE fresh (id integer);\n");
  const Ran ran = project.drydock({"migrate"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK(project.value("SELECT string_agg(object, ',') FROM protocol") == "public.fresh");
}

}  // namespace
}  // namespace drydock
