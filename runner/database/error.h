// What a server said went wrong, in two forms: what() for logs and reports, from which every value has been taken out,
// and raw() with the server's own words, for --show-values on a terminal only.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace drydock {

// The objects that a server's error names, each "" where it names none.
struct ErrorObjects {
  std::string schema, table, column, constraint;
  bool operator==(const ErrorObjects&) const = default;
};

class DatabaseError : public std::runtime_error {
 public:
  struct Details {
    std::string sqlstate;  // PostgreSQL's five characters; for SQLite the name of the extended result code
    std::string message;   // the server's primary message, as sent
    std::string schema, table, column, constraint;
    int position = 0;             // 1-based character offset in the statement, 0 where the server gives none
    int line = 0;                 // the line of that position, 1-based within the statement; 0 where there is none
    bool says_the_text = false;   // what the message names stands in the statement's own text: no value can be in it
    bool raised_by_code = false;  // the message is the text of a RAISE: it may say anything, and is withheld
    bool connection_lost = false;
    bool commit_in_doubt = false;  // the connection was lost behind a COMMIT: nobody knows yet whether it took effect
    bool may_heal = false;         // no connection yet: a server that is starting, or whose host is
    bool canceled = false;         // by somebody else, or a timeout of the server's; one's own is Interrupted

    // As sent: a name may be made of a value.
    ErrorObjects objects() const { return {schema, table, column, constraint}; }
    // By RAISE in PL/pgSQL, RAISE() in a trigger of SQLite, or the like.
    bool raised() const;
  };
  explicit DatabaseError(Details details);

  const Details& details() const { return details_; }
  const std::string& sqlstate() const { return details_.sqlstate; }
  const std::string& raw() const { return details_.message; }

 protected:
  // For messages of drydock's own, which hold no value.
  DatabaseError(Details details, const std::string& what) : std::runtime_error(what), details_(std::move(details)) {}

 private:
  Details details_;
};

// The target could not be reached or opened; what() says what was tried and what to do, details().message has the
// server's reason. Exit 1.
class ConnectionError : public DatabaseError {
 public:
  ConnectionError(Details details, const std::string& what) : DatabaseError(std::move(details), what) {}
};

// A server's message without values. Every quoted part becomes '…', names too, since dynamic SQL makes names of values
// (EXECUTE format('create table %I', email)). A value may hold quotes itself, which servers do not escape: what stands
// between two quoted parts is kept only if it consists of words that servers' messages are made of.
std::string without_values(std::string_view message);

}  // namespace drydock
