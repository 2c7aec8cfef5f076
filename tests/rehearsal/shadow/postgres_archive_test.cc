#include "rehearsal/shadow/postgres_archive.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "rehearsal/shadow/postgres_source_fixture.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write_program(const fs::path& file, const std::string& script) {
  std::ofstream(file) << "#!/bin/sh\n" << script;
  fs::permissions(file, fs::perms::owner_all);
}

TEST_CASE("The secrets of an address reach pg_dump, and no command line") {
  shadow_test::PostgresSourceFixture fixture("CREATE TABLE t (id int)");
  fixtures::TemporaryDirectory directory;
  const PostgresBinaries real = installed_binaries(std::nullopt, Programs::client).at(0);
  const std::string noted = (directory / "noted").string();
  write_program(directory / "pg_dump", "echo \"$@\" > " + noted + ".arguments\nenv > " + noted +
                                           ".environment\ncp \"$PGSERVICEFILE\" " + noted +
                                           ".service\nstat -c %a "
                                           "\"$PGSERVICEFILE\" > " +
                                           noted + ".mode\nexec " + real.program("pg_dump") + " \"$@\"\n");
  write_program(directory / "pg_restore", "exec " + real.program("pg_restore") + " \"$@\"\n");
  PostgresBinaries noting = real;
  noting.directory = directory.path();

  const std::string address = fixture.request.source.display();
  PostgresSource source(DatabaseUrl::parse(address + (address.find('?') == std::string::npos ? "?" : "&") +
                                           "password=pass-word&sslpassword=key-word&sslkey=/a/key.pem"));
  fs::create_directory(directory / "shadow");
  const PostgresArchive archive(source, noting, directory / "shadow");

  const std::string arguments = text_of(noted + ".arguments");
  for (const char* secret : {"pass-word", "key-word", "key.pem"}) CHECK(arguments.find(secret) == std::string::npos);
  CHECK(text_of(noted + ".environment").find("PGPASSWORD=pass-word\n") != std::string::npos);
  CHECK(text_of(noted + ".environment").find("PGSSLKEY=/a/key.pem\n") != std::string::npos);
  CHECK(text_of(noted + ".environment").find("key-word") == std::string::npos);
  CHECK(text_of(noted + ".service") == "[drydock]\nsslpassword=key-word\n");
  CHECK(text_of(noted + ".mode") == "600\n");
}

}  // namespace
}  // namespace drydock
