#include "runner/database/url.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace drydock;

TEST_CASE("an address is read, and shown without its password") {
  struct Case {
    const char* text;
    Dialect dialect;
    const char* database;
    const char* display;
    bool local;
  };
  const Dialect pg = Dialect::postgres, sqlite = Dialect::sqlite;
  const Case cases[] = {
      {"postgresql://app@db:5433/app", pg, "app", "postgresql://app@db:5433/app", false},
      {"postgres://app@db/app", pg, "app", "postgresql://app@db/app", false},
      {"POSTGRES://app@db/app", pg, "app", "postgresql://app@db/app", false},
      {"postgresql://app:s3cret@db/app", pg, "app", "postgresql://app@db/app", false},
      {"postgresql://app:p%40ss%2Fw@db/app?sslmode=require", pg, "app", "postgresql://app@db/app?sslmode=require",
       false},
      {"postgresql://app:s3cret?1@db/app", pg, "app", "postgresql://app@db/app", false},
      {"postgresql://db/app?user=me%40corp", pg, "app", "postgresql://me%40corp@db/app", false},
      {"postgresql://db/app?user=me&password=s3cret", pg, "app", "postgresql://me@db/app", false},
      {"postgresql://db/app?sslpassword=s3cret&sslmode=require", pg, "app", "postgresql://db/app?sslmode=require",
       false},
      {"postgresql://db/app?options=-csecret%3Ds3cret", pg, "app", "postgresql://db/app", false},
      {"postgresql://a%20b@db/my%2Fname", pg, "my/name", "postgresql://a%20b@db/my%2Fname", false},
      {"postgresql:///name?host=/run/pg&port=5433", pg, "name", "postgresql:///name?host=/run/pg&port=5433", true},
      {"postgresql://user@/name?host=/run/pg", pg, "name", "postgresql://user@/name?host=/run/pg", true},
      {"postgresql://%2Frun%2Fpg/name", pg, "name", "postgresql:///name?host=/run/pg", true},
      {"postgresql://localhost/name", pg, "name", "postgresql://localhost/name", true},
      {"postgresql://127.0.0.1/name", pg, "name", "postgresql://127.0.0.1/name", true},
      {"postgresql://[::1]:5432/name", pg, "name", "postgresql://[::1]:5432/name", true},
      {"postgresql://[2001:db8::1]/name", pg, "name", "postgresql://[2001:db8::1]/name", false},
      {"postgresql://a:1,b:2/name", pg, "name", "postgresql://a:1,b:2/name", false},
      {"postgresql://localhost,b/name", pg, "name", "postgresql://localhost,b/name", false},
      {"postgresql://localhost/name?hostaddr=10.0.0.1", pg, "name", "postgresql://localhost/name?hostaddr=10.0.0.1",
       false},
      {"postgresql:///name?service=production", pg, "name", "postgresql:///name?service=production", false},
      {"postgresql://", pg, "", "postgresql://", true},
      {"postgresql://app@db", pg, "", "postgresql://app@db", false},
      {"sqlite:app.db", sqlite, "app.db", "sqlite:app.db", true},
      {"sqlite:some/where/app.db", sqlite, "some/where/app.db", "sqlite:some/where/app.db", true},
      {"sqlite:/var/lib/app.db", sqlite, "/var/lib/app.db", "sqlite:/var/lib/app.db", true},
      {"sqlite:/var/my%20app.db", sqlite, "/var/my app.db", "sqlite:/var/my%20app.db", true},
      {"sqlite:100%.db", sqlite, "100%.db", "sqlite:100%.db", true},
  };
  unsetenv("PGHOST");
  unsetenv("PGHOSTADDR");
  for (const Case& c : cases) {
    CAPTURE(std::string(c.text));
    DatabaseUrl url = DatabaseUrl::parse(c.text);
    CHECK(url.dialect() == c.dialect);
    CHECK(url.database() == c.database);
    CHECK(url.display() == c.display);
    CHECK(url.is_local() == c.local);
  }
}

TEST_CASE("what is shown of an address can be read again") {
  for (const char* text :
       {"postgresql://app@db:5433/app", "postgresql:///name?host=/run/pg&port=5433", "postgresql://",
        "postgresql://[::1]:5432/name?sslmode=require", "sqlite:app.db", "sqlite:/var/my%20app.db"}) {
    CAPTURE(std::string(text));
    DatabaseUrl url = DatabaseUrl::parse(text);
    DatabaseUrl again = DatabaseUrl::parse(url.display());
    CHECK(again.display() == url.display());
    CHECK(again.parameters() == url.parameters());
    CHECK(again.database() == url.database());
  }
}

TEST_CASE("an address that cannot be read says what is known, and repeats no password") {
  struct Case {
    const char* text;
    const char* says;
  };
  const Case cases[] = {
      {"mysql://app:s3cret@db/app", "unknown scheme 'mysql'"},
      {"mysql://app:s3cret@db/app", "sqlite:relative/path.db"},
      {"file:app.db", "unknown scheme 'file'"},
      {"app.db", "has no scheme"},
      {"", "has no scheme"},
      {"host=db password=s3cret", "has no scheme"},
      {"/var/lib/app.db", "has no scheme"},
      {"postgresql:app", "// is missing"},
      {"postgresql://app:s3cret%zz@db/app", "cannot be read"},
      {"postgresql://app:s3cret@db:54:32/app", "cannot be read"},
      {"postgresql://app:s3@s3cret@db/app", "an @ too many"},
      {"postgresql://app:1/s3cret@db/app", "an @ too many"},
      {"postgresql://app:s3cret/1@db/app", "an @ too many"},
      {"postgresql://app:1?@s3cret@db/app", "an @ too many"},
      {"postgresql://app@db/app?s3cret=1", "cannot be read"},
      {"postgresql://app@[::1/app?password=s3cret", "cannot be read"},
      {"sqlite:", "names no file"},
      {"sqlite:///var/lib/app.db", "can be read in two ways"},
      {"sqlite://app.db", "can be read in two ways"},
      {"sqlite::memory:", "name a file"},
      {"sqlite:app.db?mode=ro", "no options"},
      {"sqlite:a%00b.db", "NUL"},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string(c.text));
    std::string message;
    try {
      DatabaseUrl::parse(c.text);
    } catch (const DatabaseUrlError& error) {
      message = error.what();
    }
    CHECK(message.find(c.says) != std::string::npos);
    CHECK(message.find("s3cret") == std::string::npos);
  }
}

TEST_CASE("libpq is given everything, its quotes escaped") {
  DatabaseUrl url = DatabaseUrl::parse("postgresql://app:it's%5Ca%20secret@db/app");
  CHECK(url.conninfo() == "dbname='app' host='db' password='it\\'s\\\\a secret' user='app'");
}

TEST_CASE("another database of the same server keeps the rest of the address") {
  DatabaseUrl url = DatabaseUrl::parse("postgresql://app:s3cret@db:5433/app?sslmode=require").with_database("it's");
  CHECK(url.database() == "it's");
  CHECK(url.display() == "postgresql://app@db:5433/it%27s?sslmode=require");
  CHECK(url.parameters().at("password") == "s3cret");
  CHECK(url.parameters().at("dbname") == "it's");
}

TEST_CASE("a schema travels in libpq's options, behind those that were there") {
  for (const std::string name : {"tenant", "it's", "a \"b\" \\c", "-c x"}) {
    const DatabaseUrl url = DatabaseUrl::parse("postgresql://app@db/app?options=-c%20jit%3Doff").with_schema(name);
    INFO(url.parameters().at("options"));
    CHECK(url.schema() == name);
    CHECK(url.parameters().at("options").starts_with("-c jit=off -c search_path="));
    CHECK(url.display() == "postgresql://app@db/app, schema " + name);
    CHECK(url.with_database("other").schema() == name);
  }
  CHECK(DatabaseUrl::parse("postgresql://app@db/app").schema().empty());
  CHECK(DatabaseUrl::parse("sqlite:app.db").schema().empty());
}

TEST_CASE("a host of the environment is a host too") {
  setenv("PGHOST", "db.example", 1);
  CHECK_FALSE(DatabaseUrl::parse("postgresql:///app").is_local());
  CHECK(DatabaseUrl::parse("postgresql://localhost/app").is_local());
  unsetenv("PGHOST");
  CHECK(DatabaseUrl::parse("postgresql:///app").is_local());
}
