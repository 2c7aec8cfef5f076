// A database on the tests' server, to make shadows of.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>

#include "fixtures/temporary_directory.h"
#include "fixtures/test_database.h"
#include "rehearsal/shadow/shadow.h"

namespace drydock::shadow_test {

// Shadows of one test program lie in one directory, whose server templates are so made once.
inline const std::string& shadows() {
  static fixtures::TemporaryDirectory directory(fixtures::place_for_servers());
  static const std::string path = [] {
    std::filesystem::permissions(directory.path(), std::filesystem::perms::all);
    return (directory / "s").string();
  }();
  return path;
}

class PostgresSourceFixture {
 public:
  explicit PostgresSourceFixture(const std::string& sql) : database_(Dialect::postgres) {
    database_.execute(sql);
    request.source = request.target = database_.url();
    request.shadow_directory = shadows();
  }

  std::unique_ptr<Shadow> clone() const { return make_shadow(request, "private"); }
  std::string refusal() const {
    try {
      clone();
    } catch (const CannotRehearse& error) {
      return error.what();
    }
    return "";
  }
  fixtures::TestDatabase& database() { return database_; }

  bool same_on_both(Shadow& shadow, const std::string& sql) const {
    std::string there = database_.ask(sql), here = shadow.database().query(sql).rows[0][0].value_or("NULL");
    INFO("on the source: ", there, ", on the shadow: ", here);
    CHECK(here == there);
    return here == there;
  }

  // The address of the same database for another role, which is made.
  DatabaseUrl as_role(const std::string& role, const std::string& attributes = "") const {
    database_.execute("DROP ROLE IF EXISTS " + role + "; CREATE ROLE " + role + " LOGIN " + attributes);
    return fixtures::PostgresServer::instance().url(database_.url().database(), role);
  }

  CloneRequest request;

 private:
  fixtures::TestDatabase database_;
};

inline bool has_note(const Shadow& shadow, const std::string& words) {
  for (const std::string& note : shadow.notes()) {
    if (note.find(words) != std::string::npos) return true;
  }
  return false;
}

// The SQLSTATE that the shadow's session answers; "" where it runs.
inline std::string error_of(Shadow& shadow, const std::string& sql) {
  try {
    shadow.database().execute(sql);
  } catch (const DatabaseError& error) {
    return error.sqlstate();
  }
  return "";
}

}  // namespace drydock::shadow_test
