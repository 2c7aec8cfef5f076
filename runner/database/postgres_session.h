// What a PostgreSQL session owes its server: a set-up (the reset between migrations) and a BEGIN, which are sent in
// front of whatever comes next, in the same message, so that they cost no round trip of their own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/database/database.h"
#include "runner/database/postgres_connection.h"
#include "runner/database/postgres_message.h"
#include "runner/database/postgres_residue.h"

namespace drydock {

class PostgresSession {
 public:
  PostgresSession(const DatabaseUrl& url, const OpenOptions& options);

  struct Answer {
    std::vector<PostgresResult> completed;  // one for each statement of the pieces that ended well
    // The first error, and the piece that it belongs to; nullopt: what was owed failed.
    std::optional<DatabaseError::Details> error;
    std::optional<std::size_t> failed_piece;
  };
  // What is owed and the pieces, in one message.
  Answer send(const std::vector<std::string_view>& pieces, const std::string* copy_data = nullptr);
  Answer send_with_parameters(std::string_view sql, std::span<const Value> parameters);

  // Sends what is owed, by itself. REQUIRES (of pay_setup): no BEGIN is owed, no transaction is open.
  void pay_setup();
  void pay_all();

  // Owes no more of it than what was sent since the latest reset makes necessary.
  void owe_reset(const SessionSettings& settings);

  // A query of drydock's own that is sent often is prepared once, with the next set-up that is paid. `form_of` gives
  // the text to send for it: "EXECUTE ...", or the query itself where it is not prepared, or a migration's code may
  // have dropped it since the latest reset.
  void prepare_with_next_setup(std::string_view sql);
  std::string_view form_of(std::string_view sql) const;
  // What a migration sends: it may leave something behind, prepared statements among it, or drop drydock's.
  void note_sent(const Statement& statement);
  // Something else was sent that may have changed the session.
  void note_changed() { residue_ = PostgresResidue::anything; }
  void note_prepared_gone() { prepared_statements_are_certain_ = false; }
  void owe_begin(std::string_view options);
  // True where a BEGIN was owed still: there is nothing to end.
  bool forgive_begin();
  bool owes_begin() const { return begin_.has_value(); }

  bool in_transaction() const { return begin_ || connection_.in_transaction(); }
  int backend_pid() const { return backend_pid_; }
  PostgresConnection& connection() { return connection_; }
  const PostgresConnection& connection() const { return connection_; }

 private:
  void note_setup(const std::vector<PostgresResult>& results, std::size_t end);
  std::string full_reset(const std::string& settings);

  PostgresConnection connection_;
  std::string session_sql_;
  std::string setup_;  // a transaction of its own, from BEGIN to COMMIT; "" where none is owed
  std::optional<std::string> begin_;
  int backend_pid_;
  enum class Prepared { no, owed, yes };
  std::string often_, execute_often_;
  Prepared prepared_ = Prepared::no;
  bool prepared_statements_are_certain_ = true;
  PostgresResidue residue_ = PostgresResidue::anything;  // since the latest reset
  std::string settings_;                                 // of the latest reset
  // Told by the latest reset: whether functions that are not the server's can run, and whether the next transaction
  // may be in another session of the server's (behind a pooler).
  bool knows_itself_ = false;
};

}  // namespace drydock
