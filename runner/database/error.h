// What a server said went wrong, in two forms: what() for logs and reports, from which every value has been taken out,
// and raw() with the server's own words, for --show-values on a terminal only.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace drydock {

class DatabaseError : public std::runtime_error {
 public:
  struct Details {
    std::string sqlstate;  // PostgreSQL's five characters; for SQLite the name of the extended result code
    std::string message;   // the server's primary message, as sent
    std::string schema, table, column, constraint;
    int position = 0;             // 1-based character offset in the statement, 0 where the server gives none
    bool connection_lost = false;
    bool canceled = false;        // by a signal or --timeout (runner/database/interruption.h)
  };
  explicit DatabaseError(Details details);

  const Details& details() const { return details_; }
  const std::string& sqlstate() const { return details_.sqlstate; }
  const std::string& raw() const { return details_.message; }

 private:
  Details details_;
};

// The target could not be reached or opened; what() says what was tried and what to do. Exit 1.
class ConnectionError : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

// A server's message without values: quoted literals and names become '…' unless they are among the names that the
// catalog knew before (see docs/values.md); digits inside a message that quotes input are covered by their quotes.
std::string without_values(std::string_view message);

}  // namespace drydock
