// Empty databases to replay in: who may do what there, and that nothing is left of them.
#include <doctest/doctest.h>

#include "fixtures/postgres_server.h"
#include "fixtures/temporary_directory.h"
#include "rehearsal/shadow/shadow.h"
#include "squash/postgres_replay.h"
#include "squash/snapshots.h"

namespace drydock {
namespace {

using fixtures::PostgresServer;
using fixtures::TemporaryDirectory;

ThrowawayRequest request_in(const TemporaryDirectory& directory) {
  ThrowawayRequest request;
  request.dialect = Dialect::postgres;
  request.shadow_directory = directory.path().string();
  return request;
}

// A server's user that is not ours has to reach it.
struct OpenDirectory : TemporaryDirectory {
  OpenDirectory() : TemporaryDirectory(fixtures::place_for_servers()) {
    std::filesystem::permissions(path(), std::filesystem::perms(0777));
  }
};

TEST_CASE("a replay may do what a superuser's statements need, without being one") {
  OpenDirectory directory;
  const std::unique_ptr<Throwaways> throwaways = make_postgres_throwaways(request_in(directory));
  const Migration migration = migration_of(
      "CREATE EXTENSION hstore; CREATE TABLE t (a hstore); CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql "
      "AS "
      "'BEGIN END'; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f(); GRANT SELECT ON t TO bob; ALTER "
      "TABLE t OWNER TO alice; CREATE ROLE carol; GRANT SELECT ON t TO carol;");
  const std::unique_ptr<ThrowawayDatabase> first = throwaways->make({migration});
  replay(*first, migration);
  CHECK(first->created_roles() == std::vector<std::string>{"carol"});
  const Rows self =
      first->migrator().query("SELECT rolsuper::text, rolcanlogin::text FROM pg_roles WHERE rolname = current_user");
  CHECK(self.text(0, 0) == "false");
  const std::string text = take_postgres_snapshot(first->reader(), SnapshotScope::schema_and_data).text();
  CHECK(text.find("owner: alice") != std::string::npos);
  CHECK(text.find("carol: SELECT") != std::string::npos);

  // Both live, and the second does not know the first one's roles.
  const std::unique_ptr<ThrowawayDatabase> second = throwaways->make({migration});
  replay(*second, migration);
  CHECK(take_postgres_snapshot(second->reader(), SnapshotScope::schema_and_data).text() == text);
  CHECK(throwaways->server() == second->reader().server());
}

TEST_CASE("the names of the target's database and role are those of the replay") {
  OpenDirectory directory;
  ThrowawayRequest request = request_in(directory);
  request.database = "shop";
  request.role = "owner";
  const Migration migration =
      migration_of("ALTER DATABASE shop SET timezone = 'UTC'; CREATE TABLE t (); ALTER TABLE t OWNER TO owner;");
  const std::unique_ptr<Throwaways> throwaways = make_postgres_throwaways(request);
  const std::unique_ptr<ThrowawayDatabase> database = throwaways->make({migration});
  replay(*database, migration);
  CHECK(database->created_roles().empty());
  CHECK(take_postgres_snapshot(database->reader(), SnapshotScope::schema).text().find("(migrator)") !=
        std::string::npos);
}

TEST_CASE("nothing but the empty server's template is left") {
  OpenDirectory directory;
  make_postgres_throwaways(request_in(directory))->make({});
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    CHECK(entry.path().filename().string().find("shadow-") == std::string::npos);
  }
}

TEST_CASE("on another server the databases are dropped, and what concerns the server is refused") {
  OpenDirectory directory;
  ThrowawayRequest request = request_in(directory);
  PostgresServer& server = PostgresServer::instance();
  const DatabaseUrl place = server.new_database();
  request.server_url = place.display();
  const std::unique_ptr<Throwaways> throwaways = make_postgres_throwaways(request);
  const std::string count = "SELECT count(*) FROM pg_database WHERE datname LIKE 'drydock_squash_%'";
  {
    const Migration migration = migration_of("CREATE TABLE t (a int)");
    const std::unique_ptr<ThrowawayDatabase> database = throwaways->make({migration});
    replay(*database, migration);
    CHECK(server.ask(place, count) == "1");
    CHECK(std::filesystem::exists(database->program("pg_dump")));
  }
  CHECK(server.ask(place, count) == "0");
  CHECK_THROWS_AS(throwaways->make({migration_of("CREATE ROLE x")}), CannotRehearse);
  CHECK_THROWS_AS(throwaways->make({migration_of("CREATE TABLE t (); GRANT SELECT ON t TO nobody_knows")}),
                  CannotRehearse);
  CHECK(server.ask(place, count) == "0");
}

}  // namespace
}  // namespace drydock
