#include "runner/history/history.h"

#include <array>
#include <charconv>
#include <sstream>
#include <stdexcept>

#include "runner/database/event_triggers.h"
#include "runner/history/history_sql.h"

namespace drydock {
namespace {

using State = HistoryRow::State;

std::string_view to_string(State state) {
  switch (state) {
    case State::applied:
      return "applied";
    case State::started:
      return "started";
    case State::failed:
      return "failed";
  }
  return "";
}

State state_from(std::string_view word) {
  for (State state : {State::applied, State::started, State::failed}) {
    if (word == to_string(state)) return state;
  }
  throw std::runtime_error(
      "drydock's history holds a row with the state \"" + std::string(word) +
      "\", which this version does not know: use the version of drydock that wrote it, or a newer");
}

// Takes the columns of a row one after the other.
class Columns {
 public:
  explicit Columns(std::vector<Value>& values) : values_(values) {}

  Value value() { return std::move(values_[next_++]); }
  std::string text() { return std::move(*values_[next_++]); }
  bool is_null() const { return !values_[next_]; }
  int integer() { return std::stoi(*values_[next_++]); }

 private:
  std::vector<Value>& values_;
  std::size_t next_ = 0;
};

// "2026-11-25T03:00:00Z 2026-11-25T03:12:40Z 120331"
std::optional<ProvedBackup> take_backup(const Value& words) {
  if (!words) return std::nullopt;
  ProvedBackup backup;
  std::istringstream(*words) >> backup.taken_at >> backup.proved_at >> backup.rows;
  return backup;
}

// The one row of HistorySql::read_stamp, if there is one.
void take_stamp(Rows& found, TargetState& state) {
  if (found.empty()) return;
  Columns columns(found.rows.front());
  state.stamp = Stamp{.database_id = columns.text(),
                      .environment = columns.text(),
                      .project = columns.text(),
                      .system_identifier = columns.text()};
  state.backup = take_backup(columns.value());
  if (const Value policy = columns.value()) state.policy = policy_from(*policy);
}

HistoryRow take_row(std::vector<Value>& values) {
  Columns columns(values);
  HistoryRow row;
  row.id = columns.text();
  row.part = columns.integer();
  row.attempt = columns.integer();
  row.last = columns.integer() != 0;
  row.state = state_from(columns.text());
  row.name = columns.text();
  row.kind = columns.text();
  row.checksum.text = columns.text();
  row.checksum.tokens = columns.text();
  row.part_checksum = columns.text();
  row.applied_at = columns.text();
  if (!columns.is_null()) row.replaces = read_replaced(columns.text());
  return row;
}

// Whole numbers and fractions as SQL spells them, whatever the locale.
std::string number(double value) {
  std::array<char, 64> digits{};
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, 6);
  return {digits.data(), end};
}

struct Presence {
  bool schema = false, tables = false, stamp = false, backups = false, policy = false;
};

Presence find(Database& database, const HistorySql& sql) {
  const Rows rows = database.query(sql.find);
  return {.schema = rows.integer(0, 0) != 0,
          .tables = rows.integer(0, 1) != 0,
          .stamp = rows.integer(0, 2) != 0,
          .backups = rows.integer(0, 3) != 0,
          .policy = rows.integer(0, 4) != 0};
}

// What CREATE ... IF NOT EXISTS still says to the slower of two runners: a unique violation in the catalog, or that the
// schema or table is there. REVOKE says "tuple concurrently updated", in the server's language and as an internal error
// like any other: one that is no race comes again, and is thrown then.
bool is_lost_race(const DatabaseError& error) {
  const std::string& state = error.sqlstate();
  return state == "23505" || state == "42P06" || state == "42P07" || state == "XX000";
}

void create_missing(Database& database, const HistorySql& sql, Presence found) {
  execute_unseen(database, (found.schema ? "" : sql.create_schema) + sql.create_tables);
}

}  // namespace

std::string fingerprint_of(const std::vector<HistoryRow>& rows) {
  std::string content;
  for (const HistoryRow& row : rows) {
    content += row.id + ' ' + std::to_string(row.part) + ' ' + std::to_string(row.attempt) + ' ';
    content += to_string(row.state);
    content += ' ' + row.checksum.text + ' ' + row.checksum.tokens + '\n';
  }
  return sha256(content);
}

TargetState History::read() {
  TargetState state;
  const Presence there = find(database_, sql_);
  state.has_history = there.tables;
  if (!there.stamp) return state;

  // The record of another schema of the same database may have brought the stamp, and this one has none yet.
  std::vector<std::string> questions{sql_.read_stamp_with(there.backups, there.policy)};
  if (there.tables) questions.push_back(sql_.read);
  std::vector<Rows> answers = database_.query_all(questions);
  take_stamp(answers.front(), state);
  if (!there.tables) return state;
  state.rows.reserve(answers.back().rows.size());
  for (std::vector<Value>& values : answers.back().rows) state.rows.push_back(take_row(values));
  return state;
}

void History::create() {
  constexpr int most_races = 10;
  for (int races = 0;; ++races) {
    const Presence found = find(database_, sql_);
    if (found.tables) return;
    try {
      return create_missing(database_, sql_, found);
    } catch (const DatabaseError& error) {
      // The winner has committed by now: the next look finds its tables.
      if (!is_lost_race(error) || races == most_races) throw;
    }
  }
}

Statement History::record(const HistoryRow& row) const {
  const Dialect dialect = database_.dialect();
  const auto text = [&](std::string_view value) { return robust_literal(value, dialect); };
  Statement statement;
  statement.text =
      "INSERT INTO " + sql_.history +
      " (version, part, attempt, last, state, name, kind, checksum_text, checksum_tokens, part_checksum,"
      " text, replaces, applied_by, seconds, tool_version, rehearsal, server_time, wal_position) VALUES (" +
      text(row.id) + ", " + std::to_string(row.part) + ", " + std::to_string(row.attempt) + ", " +
      (row.last ? "true" : "false") + ", " + text(to_string(row.state)) + ", " + text(row.name) + ", " +
      text(row.kind) + ", " + text(row.checksum.text) + ", " + text(row.checksum.tokens) + ", " +
      text(row.part_checksum) + ", " + (row.text.empty() ? "NULL" : text(row.text)) + ", " +
      (row.replaces.empty() ? "NULL" : text(compose_replaced(row.replaces))) + ", " + text(row.applied_by) + ", " +
      number(row.seconds) + ", " + text(row.tool_version) + ", " + text(row.rehearsal) + ", " + text(row.server_time) +
      ", " + text(row.wal_position) + ")";
  return statement;
}

void History::write_stamp(const Stamp& stamp, Replacing replacing) {
  const std::vector<Value> parameters{stamp.database_id, stamp.environment, stamp.project, stamp.system_identifier};
  const Rows written = database_.query(replacing == Replacing::yes ? sql_.next_stamp : sql_.first_stamp, parameters);
  if (!written.empty()) return;
  const Stamp there = read().stamp.value();
  throw AlreadyStamped(database_.url().display() + " is stamped already, with the id " + there.database_id +
                       " and the environment " + there.environment +
                       "; a restored copy is taken over by `drydock init --as-copy ENVIRONMENT`");
}

std::optional<std::string> History::text_of(const std::string& id, TextOf which) {
  const std::vector<Value> parameters{id, which == TextOf::baseline ? "1" : "0"};
  const Rows rows = database_.query(sql_.text_of, parameters);
  if (rows.empty()) return std::nullopt;
  return rows.text(0, 0);
}

}  // namespace drydock
