// A repository as pgBackRest makes it, of a server of the test's own that archives its log there.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "fixtures/postgres_server.h"
#include "fixtures/project.h"

namespace drydock {
namespace {

// $1: a directory that the server's user may write to; $2: where initdb is. Leaves $1/repo.
const char* const make_repository = R"(set -e
tools="pgbackrest --no-config --stanza=main --repo1-path=$1/repo --pg1-path=$1/data --lock-path=$1/lock --log-level-file=off"
"$2/initdb" -D "$1/data" -U postgres -A trust --locale=C.UTF-8 --no-sync
cat >> "$1/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$1'
archive_mode = on
archive_command = '$tools archive-push %p'
END
"$2/pg_ctl" -D "$1/data" -l "$1/log" -w start
trap '"$2/pg_ctl" -D "$1/data" -m immediate stop' EXIT
$tools --pg1-socket-path="$1" stanza-create
psql -h "$1" -U postgres -c 'CREATE DATABASE shop' postgres
psql -h "$1" -U postgres -c "CREATE TABLE orders AS SELECT g AS id, timestamp '2024-03-01' AS made_at FROM generate_series(1, 20) g" shop
$tools --pg1-socket-path="$1" --repo1-retention-full=1 --start-fast --type=full backup
)";

TEST_CASE(
    "the newest backup of a repository of pgBackRest's is restored and counted, and the repository is as it was") {
  const Project project;
  project.write("make.sh", make_repository);
  project.write("server/.keep", "");
  const std::string folder = project.folder().string();
  const std::string as_user = geteuid() == 0 ? "chown postgres server && runuser -u postgres -- " : "";
  const std::string make = "cd " + folder + " && " + as_user + "sh make.sh " + folder + "/server " +
                           fixtures::PostgresServer::instance().binaries().string() + " > log 2>&1 < /dev/null";
  const int made = std::system(make.c_str());
  INFO(project.read("log"));
  REQUIRE(made == 0);
  const std::string list = "cd " + folder + "/server/repo && find . -type f -printf '%p %s %T@\\n' | sort > ../../";
  REQUIRE(std::system((list + "before").c_str()) == 0);
  const Ran ran = project.without_database({"backup", "check", "server/repo", "--json"});
  INFO(ran.out, ran.err);
  REQUIRE(ran.code == 0);
  const nlohmann::json report = nlohmann::json::parse(ran.out);
  CHECK(report["kind"] == "pgBackRest repository");
  CHECK(report["rows"] == 20);
  CHECK(report["newest"] == "2024-03-01T00:00:00Z");
  REQUIRE(std::system((list + "after").c_str()) == 0);
  CHECK(project.read("before") == project.read("after"));
}

}  // namespace
}  // namespace drydock
