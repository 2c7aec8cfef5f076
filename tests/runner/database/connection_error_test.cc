// What a person reads where a database cannot be reached: what was tried, why it failed, what to do.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "fixtures/postgres_server.h"
#include "fixtures/temporary_directory.h"
#include "fixtures/test_database.h"
#include "runner/database/database.h"

using namespace drydock;
using fixtures::PostgresServer;
using fixtures::TemporaryDirectory;
using fixtures::TestDatabase;

namespace {

std::string connection_error(const DatabaseUrl& url, OpenOptions options = {}) {
  try {
    open_database(url, options);
  } catch (const ConnectionError& error) {
    return error.what();
  }
  return "it opened";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Root may write anywhere: as somebody who may not. Returns whether `check` said so.
bool as_nobody(const std::function<bool()>& check) {
  pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
    _exit(check() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("a connection that fails says what was tried, why, and what to do") {
  PostgresServer& server = PostgresServer::instance();
  server.run(server.url(), "DROP ROLE IF EXISTS with_password");
  server.run(server.url(), "CREATE ROLE with_password LOGIN PASSWORD 'right'");
  std::string socket = "?host=" + server.directory().string() + "&port=5432";
  struct Case {
    std::string url;
    std::string tried, why, what_to_do;
    bool may_heal = false;  // where a server that starts is waited for
  };
  const Case cases[] = {
      {"postgresql://app:s3cret@127.0.0.1:1/app", "host 127.0.0.1, port 1, user app, database app",
       "Connection refused", "check host and port", true},
      {"postgresql://app:s3cret@host.invalid/app", "host host.invalid, port 5432", "could not translate host name",
       "check the host's name", true},
      {"postgresql://app@/app?host=/nowhere&port=5432", "host /nowhere, port 5432", "No such file",
       "check its directory", true},
      {"postgresql://with_password:s3cret@/postgres" + socket, "user with_password, database postgres",
       "password authentication failed for user \"with_password\" (28P01)", "PGPASSWORD"},
      {"postgresql://with_password@/postgres" + socket + "&passfile=/nowhere", "user with_password",
       "no password supplied", "PGPASSWORD"},
      {"postgresql://postgres@/nothing_here" + socket, "database nothing_here",
       "database \"nothing_here\" does not exist (3D000)", "create the database"},
      {"postgresql://nobody_here@/postgres" + socket, "user nobody_here", "role \"nobody_here\" does not exist (28000)",
       "check the user's name"},
  };
  for (const Case& c : cases) {
    std::string message = connection_error(DatabaseUrl::parse(c.url));
    CAPTURE(message);
    CHECK(holds(message, c.tried));
    CHECK(holds(message, c.why));
    CHECK(holds(message, c.what_to_do));
    CHECK(holds(message, "nothing was changed"));
    CHECK_FALSE(holds(message, "s3cret"));
    try {
      open_database(DatabaseUrl::parse(c.url));
    } catch (const ConnectionError& error) {
      CHECK(error.details().may_heal == c.may_heal);
    }
  }
}

TEST_CASE("a host that does not answer is given up after connect_timeout") {
  DatabaseUrl url = DatabaseUrl::parse("postgresql://app@10.255.255.1:5432/app?connect_timeout=1");
  auto start = std::chrono::steady_clock::now();
  std::string message = connection_error(url);
  CAPTURE(message);
  CHECK(holds(message, "cannot connect to postgresql://app@10.255.255.1:5432/app"));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("a SQLite file that cannot be opened is refused with the reason, and nothing is made") {
  TemporaryDirectory directory;
  directory.write("text.db", "this is a letter to my aunt, and no database at all, whatever its name says, dear aunt");
  std::filesystem::create_directory(directory / "folder.db");
  struct Case {
    const char* file;
    OpenOptions options;
    const char* why;
  };
  const Case cases[] = {
      {"missing.db", {}, "there is no such file"},
      {"missing.db", {.access = OpenOptions::Access::read_only}, "there is no such file"},
      {"nowhere/missing.db", {.create = true}, "its directory does not exist"},
      {"folder.db", {}, "it is a directory"},
      {"text.db", {}, "it is not a SQLite database"},
  };
  for (const Case& c : cases) {
    std::string message = connection_error(DatabaseUrl::parse("sqlite:" + (directory / c.file).string()), c.options);
    CAPTURE(message);
    CHECK(holds(message, c.why));
    CHECK(holds(message, c.file));
    CHECK(holds(message, "nothing was changed"));
  }
  CHECK_FALSE(std::filesystem::exists(directory / "missing.db"));
}

TEST_CASE("a SQLite file is made where that is asked for, under its name to the letter") {
  TemporaryDirectory directory;
  std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  // SQLite would take this for a URI, and open another file.
  OpenOptions create{.create = true};
  open_database(DatabaseUrl::parse("sqlite:file:new.db"), create)->execute("CREATE TABLE t (a int)");
  CHECK(std::filesystem::file_size(directory / "file:new.db") > 0);
  std::filesystem::current_path(before);
}

TEST_CASE("a read-only SQLite file or directory is said before anything is done, and can be read") {
  TemporaryDirectory directory;
  namespace fs = std::filesystem;
  fs::path file = directory.write("app.db", "");
  fs::permissions(directory.path(), fs::perms(0755));
  DatabaseUrl url = DatabaseUrl::parse("sqlite:" + file.string());
  open_database(url)->execute("CREATE TABLE t (a int)");

  fs::permissions(file, fs::perms(0444));
  CHECK(as_nobody([&] { return holds(connection_error(url), "the file is read-only"); }));
  fs::permissions(file, fs::perms(0666));
  if (geteuid() != 0) fs::permissions(directory.path(), fs::perms(0555));
  CHECK(as_nobody([&] { return holds(connection_error(url), "its directory is read-only"); }));
  OpenOptions read_only{.access = OpenOptions::Access::read_only};
  CHECK(as_nobody([&] { return open_database(url, read_only)->query("SELECT count(*) FROM t").text(0, 0) == "0"; }));
  fs::permissions(directory.path(), fs::perms(0755));
}

TEST_CASE("a session that only reads cannot write to a SQLite file") {
  TestDatabase test(Dialect::sqlite);
  test.execute("CREATE TABLE t (a int)");
  auto database = test.open({.access = OpenOptions::Access::read_only});
  CHECK_THROWS_WITH_AS(database->execute("INSERT INTO t VALUES (1)"),
                       "ERROR SQLITE_READONLY: attempt to write a readonly database", DatabaseError);
  database->begin();
  CHECK(database->query("SELECT count(*) FROM t").text(0, 0) == "0");
}

TEST_CASE("a SQLite file that stays locked is an error that says so, after the time it may take") {
  TestDatabase test(Dialect::sqlite);
  auto other = test.open();
  other->begin();
  auto database = test.open({.busy_timeout = std::chrono::milliseconds(100)});
  std::string message;
  try {
    database->begin();
  } catch (const DatabaseError& error) {
    message = error.what();
  }
  CAPTURE(message);
  CHECK(holds(message, "ERROR SQLITE_BUSY: database is locked"));
  CHECK(holds(message, "within 0.1 s"));
  CHECK(holds(message, "try again"));
}

TEST_CASE("a SQLite file that is locked for a moment is waited for") {
  TestDatabase test(Dialect::sqlite);
  auto other = test.open();
  other->begin();
  std::thread ends([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    other->commit();
  });
  auto database = test.open();
  database->begin();
  CHECK(database->in_transaction());
  ends.join();
}
