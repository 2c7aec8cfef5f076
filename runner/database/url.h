// A database's address as users write it: postgresql://user@host:port/name?options, postgres://..., sqlite:path.
// The password is kept apart, so that nothing that prints an address can print it.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "runner/sql/dialect.h"

namespace drydock {

struct DatabaseUrlError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class DatabaseUrl {
 public:
  // Throws DatabaseUrlError for an unknown scheme or a malformed address; the message never repeats a password.
  static DatabaseUrl parse(std::string_view text);
  // A SQLite file by its path, whatever characters that holds.
  static DatabaseUrl of_file(std::string_view path);

  Dialect dialect() const { return dialect_; }
  // SQLite: the path as given. PostgreSQL: the database's name, possibly empty (libpq's defaults apply).
  const std::string& database() const { return database_; }
  // For messages, reports and JSON: the address without its password (and without options that hold one).
  const std::string& display() const { return display_; }
  // For libpq: a conninfo string "key='value' ...", the password included. Never print it.
  std::string conninfo() const;
  // The same server, another database (PostgreSQL only).
  DatabaseUrl with_database(std::string_view name) const;
  // The same database, where unqualified names are those of this schema, which has a record of its own (history.h).
  // It travels in libpq's options, so that every session that is opened by them is in that schema (PostgreSQL only).
  DatabaseUrl with_schema(std::string_view name) const;
  // The schema of with_schema(); "" where it is the whole database.
  std::string schema() const;
  // Whether the host is this machine: a local socket or a loopback address. True for SQLite.
  bool is_local() const;
  // As parsed: host, port, user, password, dbname, sslmode ... (PostgreSQL only).
  const std::map<std::string, std::string>& parameters() const { return parameters_; }

 private:
  Dialect dialect_ = Dialect::sqlite;
  std::string database_, display_;
  std::map<std::string, std::string> parameters_;
};

}  // namespace drydock
