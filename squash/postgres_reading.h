// One read-only transaction in which the server writes every expression and every value in one way only, whatever the
// session and the database are set to.
#pragma once

#include "runner/database/database.h"

namespace drydock {

// Names are written with their schemas, values exactly. A policy is an error, not an empty table.
inline constexpr std::string_view reading_settings =
    "SET LOCAL search_path = ''; SET LOCAL row_security = off; SET LOCAL quote_all_identifiers = off; "
    "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL timezone = 'UTC'; "
    "SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = 'hex'; SET LOCAL lc_monetary = 'C'; "
    "SET LOCAL xmlbinary = 'base64'; SET LOCAL standard_conforming_strings = on; SET LOCAL jit = off; "
    "SET LOCAL statement_timeout = 0";

// REQUIRES: no transaction is open.
class PostgresReading {
 public:
  explicit PostgresReading(Database& database) : database_(database) {
    database_.begin("ISOLATION LEVEL REPEATABLE READ READ ONLY");
    database_.execute(reading_settings);
  }
  // What was set is undone with it.
  ~PostgresReading() { database_.rollback(); }
  PostgresReading(const PostgresReading&) = delete;
  PostgresReading& operator=(const PostgresReading&) = delete;

 private:
  Database& database_;
};

}  // namespace drydock
