#include "rehearsal/backup/postgres_script.h"

#include <fstream>

#include "rehearsal/backup/restored_backup.h"
#include "runner/database/interruption.h"
#include "runner/database/postgres_connection.h"
#include "runner/sql/splitter.h"

namespace drydock {

namespace {

constexpr std::size_t data_at_once = 256 << 10;
constexpr std::size_t longest_statement = std::size_t{256} << 20;

bool begins_data(std::string_view line) { return line.starts_with("COPY ") && line.ends_with(" FROM stdin;"); }

class ScriptRun {
 public:
  ScriptRun(const std::filesystem::path& script, const DatabaseUrl& url)
      : script_(script), file_(script, std::ios::binary), connection_(url, "drydock backup") {}

  void run() {
    while (next_line()) {
      if (shown().starts_with("\\connect")) {
        if (++databases_ > 1) refuse("holds several databases, as pg_dumpall writes them: check one database's dump");
      } else if (begins_data(shown())) {
        copy();
      } else {
        if (text_.empty()) begin_ = number_;
        text_ += line_ + "\n";
        if (shown().ends_with(';')) run_text(IfUnfinished::go_on);
      }
    }
    run_text(IfUnfinished::refuse);
  }

 private:
  enum class IfUnfinished { go_on, refuse };

  bool next_line() {
    if (!std::getline(file_, line_)) return false;
    ++number_;
    return true;
  }

  // The line without what ends one elsewhere.
  std::string_view shown() const {
    std::string_view line = line_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw BackupRefused(script_.string() + ":" + std::to_string(number_) + ": the script " + why);
  }

  static bool is_for_another_database(const Statement& statement) {
    const std::string& tag = statement.traits.tag;
    return tag == "CREATE DATABASE" || tag == "DROP DATABASE" || tag == "ALTER DATABASE";
  }

  // Runs what has been read if it is whole: a semicolon inside a function's or a rule's body ends no statement, and
  // then stands at the end of the last one's text.
  void run_text(IfUnfinished if_unfinished) {
    std::vector<Statement> statements;
    try {
      statements = split_statements(text_, Dialect::postgres);
    } catch (const SqlTextError& error) {
      if (if_unfinished == IfUnfinished::go_on && text_.size() < longest_statement) return;
      number_ = begin_ + error.line - 1;
      refuse("cannot be read: " + std::string(error.what()));
    }
    const bool whole = statements.empty() || !statements.back().text.ends_with(';');
    if (!whole && if_unfinished == IfUnfinished::go_on && text_.size() < longest_statement) return;
    text_.clear();
    for (const Statement& statement : statements)
      if (!is_for_another_database(statement)) send(statement);
  }

  void send(const Statement& statement) {
    for (const PostgresResult& result : connection_.send(statement.text))
      if (is_error(result.get())) fail(result.get(), begin_ + statement.line - 1);
  }

  [[noreturn]] void fail(const PGresult* result, int line) const {
    const DatabaseError error(error_details(result));
    throw BackupRefused(script_.string() + ":" + std::to_string(line) + ": the script could not be run to its end: " +
                        error.what() + (error.sqlstate().empty() ? "" : " (" + error.sqlstate() + ")"));
  }

  void copy() {
    run_text(IfUnfinished::refuse);
    PGconn* connection = connection_.handle();
    const PostgresResult begun(PQexec(connection, line_.c_str()));
    if (is_error(begun.get())) fail(begun.get(), number_);
    std::string data;
    while (next_data_line()) {
      data += line_ + "\n";
      if (data.size() >= data_at_once) put(data);
    }
    put(data);
    PQputCopyEnd(connection, nullptr);
    while (const PostgresResult result{PQgetResult(connection)})
      if (is_error(result.get())) fail(result.get(), number_);
  }

  bool next_data_line() {
    if (!next_line()) refuse("is cut short: it ends inside the rows of a table");
    return shown() != "\\.";
  }

  void put(std::string& data) {
    check_interruption();
    PQputCopyData(connection_.handle(), data.data(), static_cast<int>(data.size()));
    data.clear();
  }

  const std::filesystem::path& script_;
  std::ifstream file_;
  PostgresConnection connection_;
  std::string line_, text_;
  int number_ = 0, begin_ = 0, databases_ = 0;
};

}  // namespace

void run_postgres_script(const std::filesystem::path& script, const DatabaseUrl& url) { ScriptRun(script, url).run(); }

}  // namespace drydock
