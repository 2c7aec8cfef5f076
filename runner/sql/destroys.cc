#include "runner/sql/destroys.h"

#include "runner/sql/words.h"

namespace drydock {

std::string destroys(const Statement& statement, Dialect dialect) {
  return dialect == Dialect::postgres ? destroys_postgres(statement) : destroys_sqlite(statement);
}

// SQLite has no code of its own but triggers, whose bodies stand in CREATE TRIGGER.
std::string destroys_sqlite(const Statement& statement) {
  const Words words(statement.text, Dialect::sqlite);
  const std::string& tag = statement.traits.tag;
  if (tag.starts_with("DROP") || tag == "DELETE" || tag == "TRUNCATE TABLE") return tag.substr(0, tag.find(' '));
  if (tag == "REPLACE") return "REPLACE on a table";
  if (tag == "ALTER TABLE" && words.contains("DROP")) return "DROP";
  const bool takes_rows = tag == "INSERT" || tag == "UPDATE" || tag == "CREATE TABLE";
  for (std::size_t at = 1; takes_rows && at < 8; ++at)
    if (words.at(at) == "REPLACE" && words.at(at - 1) == "OR") return "OR REPLACE on a table";
  return {};
}

}  // namespace drydock
