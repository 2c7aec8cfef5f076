#include "runner/database/postgres_database.h"

#include "runner/database/postgres_session.h"

namespace drydock {

namespace {

using Clock = std::chrono::steady_clock;
using Answer = PostgresSession::Answer;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

DatabaseError own_error(std::string sqlstate, std::string message) {
  DatabaseError::Details details;
  details.sqlstate = std::move(sqlstate);
  details.message = std::move(message);
  return DatabaseError(std::move(details));
}

// libpq takes a C string: what stands behind a NUL would be left out without a word.
void refuse_nul(const Statement& statement, std::size_t index) {
  if (statement.text.find('\0') == std::string::npos) return;
  DatabaseError::Details details;
  details.sqlstate = "42601";
  details.message = "the statement holds a NUL byte";
  throw StatementError(std::move(details), index);
}

Rows last_rows(const Answer& answer) {
  return answer.completed.empty() ? Rows() : rows_of(answer.completed.back().get());
}

}  // namespace

struct PostgresDatabase::State {
  State(const DatabaseUrl& url_, const OpenOptions& options) : url(url_), session(url_, options) {}

  Answer own(const std::vector<std::string_view>& pieces) {
    Answer answer = session.send(pieces);
    if (answer.error) throw DatabaseError(std::move(*answer.error));
    return answer;
  }

  // Statements [from, to) and `after`, in one message.
  void run_message(std::span<const Statement> statements, std::size_t from, std::size_t to, std::string_view after,
                   RunResult& result);

  DatabaseUrl url;
  PostgresSession session;
};

PostgresDatabase::PostgresDatabase(const DatabaseUrl& url, const OpenOptions& options)
    : state_(std::make_unique<State>(url, options)) {}

PostgresDatabase::~PostgresDatabase() = default;

int PostgresDatabase::backend_pid() const { return state_->session.backend_pid(); }
const DatabaseUrl& PostgresDatabase::url() const { return state_->url; }

std::string PostgresDatabase::server() const {
  const char* version = PQparameterStatus(state_->session.connection().handle(), "server_version");
  std::string text = version == nullptr ? "" : version;
  return "PostgreSQL " + text.substr(0, text.find(' '));
}

int PostgresDatabase::server_version() const { return PQserverVersion(state_->session.connection().handle()); }

void PostgresDatabase::execute(std::string_view sql) {
  // CREATE DATABASE and the like cannot share a message with a set-up.
  if (!in_transaction()) state_->session.pay_setup();
  state_->session.note_changed();
  state_->own({sql});
}

Rows PostgresDatabase::query(std::string_view sql, std::span<const Value> parameters) {
  if (parameters.empty()) {
    if (!in_transaction()) state_->session.pay_setup();
    return last_rows(state_->own({state_->session.form_of(sql)}));
  }
  Answer answer = state_->session.send_with_parameters(sql, parameters);
  if (answer.error) throw DatabaseError(std::move(*answer.error));
  return last_rows(answer);
}

std::vector<Rows> PostgresDatabase::query_all(std::span<const std::string> statements) {
  if (!in_transaction()) state_->session.pay_setup();
  std::vector<Rows> rows;
  for (const PostgresResult& result : state_->own({statements.begin(), statements.end()}).completed)
    rows.push_back(rows_of(result.get()));
  return rows;
}

Database::RunResult PostgresDatabase::run(std::span<const Statement> statements, Sending sending,
                                          std::string_view after) {
  // Outside a transaction one message would be one transaction.
  bool joined = sending == Sending::together && in_transaction();
  if (!in_transaction()) state_->session.pay_setup();
  for (const Statement& statement : statements) state_->session.note_sent(statement);
  RunResult result;
  for (std::size_t from = 0; from < statements.size();) {
    std::size_t to = from + 1;
    auto stands_alone = [&](std::size_t index) { return !joined || statements[index].copy_data.has_value(); };
    while (to < statements.size() && !stands_alone(from) && !stands_alone(to)) ++to;
    bool carries_after = to == statements.size() && !stands_alone(from);
    state_->run_message(statements, from, to, carries_after ? after : "", result);
    if (carries_after) after = {};
    from = to;
  }
  if (!after.empty()) result.after = query(after);
  return result;
}

void PostgresDatabase::State::run_message(std::span<const Statement> statements, std::size_t from, std::size_t to,
                                          std::string_view after, RunResult& result) {
  std::vector<std::string_view> pieces;
  for (std::size_t index = from; index < to; ++index) {
    refuse_nul(statements[index], index);
    pieces.push_back(statements[index].text);
  }
  if (!after.empty()) pieces.push_back(session.form_of(after));

  const std::optional<std::string>& copy_data = statements[from].copy_data;
  Clock::time_point start = Clock::now();
  Answer answer = session.send(pieces, copy_data ? &*copy_data : nullptr);
  double seconds = pieces.size() == 1 ? seconds_since(start) : 0;

  if (answer.error) {
    bool of_a_statement = answer.failed_piece && from + *answer.failed_piece < to;
    if (of_a_statement) throw StatementError(std::move(*answer.error), from + *answer.failed_piece);
    throw DatabaseError(std::move(*answer.error));
  }
  if (answer.completed.size() != pieces.size()) {
    throw own_error("08P01", "the server answered " + std::to_string(answer.completed.size()) + " of " +
                                 std::to_string(pieces.size()) + " statements");
  }
  for (std::size_t index = from; index < to; ++index) {
    const PGresult* own = answer.completed[index - from].get();
    result.runs.push_back({&statements[index], seconds, affected_rows(own)});
  }
  if (!after.empty()) result.after = last_rows(answer);
}

void PostgresDatabase::drop_prepared_statements() {
  state_->session.note_prepared_gone();
  execute("DEALLOCATE ALL");
}

void PostgresDatabase::expect_often(std::string_view sql) { state_->session.prepare_with_next_setup(sql); }

void PostgresDatabase::begin(std::string_view options) { state_->session.owe_begin(options); }

void PostgresDatabase::commit() {
  if (state_->session.forgive_begin()) return;
  Answer answer;
  try {
    answer = state_->own({"COMMIT"});
  } catch (const DatabaseError& error) {
    if (!error.details().connection_lost) throw;
    DatabaseError::Details details = error.details();
    details.message = "the connection was lost during COMMIT: whether it took effect is not known";
    details.commit_in_doubt = true;
    throw DatabaseError(std::move(details));
  }
  // COMMIT of a failed transaction is answered by ROLLBACK, without an error.
  if (answer.completed.size() != 1 || tag_of(answer.completed.front().get()) != "COMMIT") {
    throw own_error("25P02", "the transaction had failed, and the server rolled it back at COMMIT");
  }
}

void PostgresDatabase::rollback() {
  constexpr std::chrono::seconds patience{10};
  PostgresSession& session = state_->session;
  session.forgive_begin();
  if (!session.in_transaction()) return;
  session.connection().send_in_clean_up("ROLLBACK", patience);
}

bool PostgresDatabase::in_transaction() const { return state_->session.in_transaction(); }

void PostgresDatabase::reset_session(const SessionSettings& settings) { state_->session.owe_reset(settings); }

// The position is an aid: a role that may not ask for it, a standby, and servers that keep no WAL of their own leave it
// out.
RestorePoint PostgresDatabase::restore_point() {
  RestorePoint point;
  point.server_time = query(
                          "SELECT pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', "
                          "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
                          .text(0, 0);
  try {
    point.wal_position = query("SELECT pg_catalog.pg_current_wal_lsn()::text").rows[0][0].value_or("");
  } catch (const DatabaseError& error) {
    if (error.details().connection_lost) throw;
  }
  return point;
}

void PostgresDatabase::on_wait(std::chrono::milliseconds period, std::function<void(double seconds)> listener) {
  state_->session.connection().on_wait(period, std::move(listener));
}

}  // namespace drydock
