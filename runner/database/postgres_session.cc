#include "runner/database/postgres_session.h"

#include <algorithm>

namespace drydock {

namespace {

// DISCARD ALL cannot travel with other statements; these are its parts, which can. RESET ROLE is not among them, but a
// role's own settings may hold a role. Left out are DEALLOCATE ALL, which is sent only where a migration may have
// prepared a statement (planning drydock's own query anew costs more than all of these), and DISCARD PLANS, which
// changes nothing that a migration can see.
constexpr std::string_view discard_all =
    "CLOSE ALL;\n"
    "SET SESSION AUTHORIZATION DEFAULT;\n"
    "RESET ROLE;\n"
    "RESET ALL;\n"
    "UNLISTEN *;\n"
    "DISCARD TEMP;\n"
    "DISCARD SEQUENCES;\n";

// Behind a pooler the pid that libpq was told is not the server's. From 16384 on the server numbers what users make.
constexpr std::string_view unlock_and_tell =
    "SELECT pg_catalog.pg_backend_pid() AS drydock_backend_pid, EXISTS (SELECT FROM pg_catalog.pg_proc AS p WHERE "
    "p.oid "
    "OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid), pg_catalog.pg_advisory_unlock_all();\n";

// A transaction of its own: the migration's may roll back, and a query in front of its first statement would forbid
// SET TRANSACTION.
std::string as_transaction(const std::string& statements) {
  return "BEGIN;\n" + statements + std::string(unlock_and_tell) + "COMMIT";
}

constexpr std::string_view own_name = "drydock_often";

bool mentions_prepare(std::string_view text) {
  constexpr std::string_view word = "prepare";
  return std::search(text.begin(), text.end(), word.begin(), word.end(),
                     [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; }) != text.end();
}

std::string terminated(const std::string& sql) { return sql.empty() ? sql : sql + "\n;\n"; }

std::string set_timeout(std::string_view name, const std::optional<std::chrono::milliseconds>& timeout) {
  if (!timeout) return {};
  return "SET " + std::string(name) + " = " + std::to_string(timeout->count()) + ";\n";
}

}  // namespace

PostgresSession::PostgresSession(const DatabaseUrl& url, const OpenOptions& options)
    : connection_(url, options.application),
      session_sql_(terminated(options.session_sql)),
      backend_pid_(PQbackendPID(connection_.handle())) {
  if (!session_sql_.empty()) setup_ = as_transaction(session_sql_);
}

std::string PostgresSession::full_reset(const std::string& settings) {
  if (!prepared_statements_are_certain_) prepared_ = Prepared::no;
  std::string prepared;
  if (prepared_ != Prepared::yes) {
    prepared = "DEALLOCATE ALL;\n";
    if (!often_.empty()) prepared += "PREPARE " + std::string(own_name) + " AS " + often_ + ";\n";
    prepared_ = Prepared::owed;
  }
  prepared_statements_are_certain_ = true;
  return as_transaction(std::string(discard_all) + prepared + session_sql_ + settings);
}

void PostgresSession::owe_reset(const SessionSettings& settings) {
  const std::string asked =
      set_timeout("lock_timeout", settings.lock_timeout) + set_timeout("statement_timeout", settings.statement_timeout);
  const bool certain = knows_itself_ && setup_.empty() && asked == settings_ && prepared_statements_are_certain_ &&
                       residue_ != PostgresResidue::anything;
  if (!certain) {
    setup_ = full_reset(asked);
  } else if (residue_ == PostgresResidue::sequences) {
    setup_ = "BEGIN;\nDISCARD SEQUENCES;\nCOMMIT";
  }
  settings_ = asked;
  residue_ = PostgresResidue::none;
}

void PostgresSession::prepare_with_next_setup(std::string_view sql) {
  often_ = sql;
  execute_often_ = "EXECUTE " + std::string(own_name);
  prepared_statements_are_certain_ = false;
}

std::string_view PostgresSession::form_of(std::string_view sql) const {
  const bool prepared =
      prepared_ != Prepared::no && prepared_statements_are_certain_ && !often_.empty() && sql == often_;
  return prepared ? std::string_view(execute_often_) : sql;
}

void PostgresSession::note_sent(const Statement& statement) {
  residue_ = std::max(residue_, residue_of(statement));
  const std::string& tag = statement.traits.tag;
  if (statement.traits.runs_code || tag == "DISCARD" || tag == "DEALLOCATE" || mentions_prepare(statement.text)) {
    prepared_statements_are_certain_ = false;
  }
}

void PostgresSession::owe_begin(std::string_view options) {
  begin_ = options.empty() ? "BEGIN" : "BEGIN " + std::string(options);
}

bool PostgresSession::forgive_begin() {
  bool owed = begin_.has_value();
  begin_.reset();
  return owed;
}

PostgresSession::Answer PostgresSession::send(const std::vector<std::string_view>& pieces,
                                              const std::string* copy_data) {
  PostgresMessage message;
  if (!setup_.empty()) message.add(setup_);
  if (begin_) message.add(*begin_);
  std::size_t owed = message.size();
  for (std::string_view piece : pieces) message.add(piece);
  if (message.size() == 0) return {};

  std::vector<PostgresResult> results = connection_.send(message.text(), copy_data);
  Answer answer;
  if (!results.empty() && is_error(results.back().get())) {
    answer.error = error_details(results.back().get());
    results.pop_back();
  }
  std::erase_if(results, [](const PostgresResult& result) { return !ends_statement(result.get()); });

  // The set-up has several statements, of which COMMIT is the last. What fails before leaves it owed.
  std::size_t paid = 0;
  std::size_t passed = 0;
  if (!setup_.empty()) {
    auto commit =
        std::find_if(results.begin(), results.end(), [](auto& result) { return tag_of(result.get()) == "COMMIT"; });
    passed = commit == results.end() ? results.size() : static_cast<std::size_t>(commit - results.begin()) + 1;
    if (commit != results.end()) {
      note_setup(results, passed);
      setup_.clear();
      if (prepared_ == Prepared::owed) prepared_ = Prepared::yes;
      ++paid;
    }
  }
  bool setup_paid = setup_.empty();
  if (setup_paid && begin_ && results.size() > passed) {
    begin_.reset();
    ++passed;
    ++paid;
  }
  results.erase(results.begin(), results.begin() + static_cast<std::ptrdiff_t>(passed));
  answer.completed = std::move(results);
  if (answer.error) {
    std::size_t piece = message.locate(*answer.error, paid + answer.completed.size());
    if (piece >= owed) answer.failed_piece = std::min(piece, message.size() - 1) - owed;
    answer.error->connection_lost = connection_.is_lost();
  }
  return answer;
}

PostgresSession::Answer PostgresSession::send_with_parameters(std::string_view sql, std::span<const Value> parameters) {
  pay_all();
  std::vector<PostgresResult> results = connection_.send(std::string(sql), parameters);
  Answer answer;
  if (!results.empty() && is_error(results.back().get())) {
    answer.error = error_details(results.back().get());
    answer.error->connection_lost = connection_.is_lost();
    results.pop_back();
  }
  answer.completed = std::move(results);
  return answer;
}

void PostgresSession::pay_setup() {
  if (!setup_.empty()) pay_all();
}

void PostgresSession::pay_all() {
  Answer answer = send({});
  if (!answer.error) return;
  if (!begin_) connection_.send_in_clean_up("ROLLBACK", std::chrono::seconds(10));
  throw DatabaseError(std::move(*answer.error));
}

void PostgresSession::note_setup(const std::vector<PostgresResult>& results, std::size_t end) {
  for (std::size_t i = 0; i < end; ++i) {
    const PGresult* result = results[i].get();
    if (PQfnumber(result, "drydock_backend_pid") != 0) continue;
    backend_pid_ = std::atoi(PQgetvalue(result, 0, 0));
    const bool direct = backend_pid_ == PQbackendPID(connection_.handle());
    const bool only_own_functions = *PQgetvalue(result, 0, 1) == 'f';
    knows_itself_ = direct && only_own_functions;
  }
}

}  // namespace drydock
