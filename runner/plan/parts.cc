// Where the transactions of a migration begin and end. By default there is one; BEGIN and COMMIT in the file,
// statements that cannot run in a transaction, and `-- drydock:transaction none` set further borders.
#include <utility>

#include "runner/plan/plan.h"
#include "runner/sql/lexer.h"

namespace drydock {
namespace {

// Goes through the statements once. `current_` is the transaction that is being filled; it may be one that the file
// opened itself, or drydock's own for what stands outside of any BEGIN.
class Cutter {
 public:
  Cutter(const Migration& migration, Dialect dialect) : migration_(migration), dialect_(dialect) {}

  std::vector<Part> cut() {
    for (std::size_t index = 0; index < migration_.statements.size(); ++index) take(index);
    close();
    // An empty file is recorded too.
    if (parts_.empty()) parts_.emplace_back();
    finish();
    return std::move(parts_);
  }

 private:
  void take(std::size_t index) {
    const Statement& statement = migration_.statements[index];
    const StatementTraits& traits = statement.traits;
    if (traits.not_sent) return;
    if (traits.control == TransactionControl::begin) return open(statement);
    if (traits.control == TransactionControl::commit) return close();
    if (traits.outside_transaction) return take_alone(index);
    if (opens_its_part(traits)) return add_begin_options(traits.begin_options);
    current_.statements.push_back(index);
    if (migration_.directives.transaction_none && !begun_at_) close();
  }

  // A SET TRANSACTION ahead of every query says how the transaction is to be opened. Where BEGIN has no such option
  // (SET TRANSACTION SNAPSHOT) it is a statement like any other.
  bool opens_its_part(const StatementTraits& traits) const {
    return traits.sets_transaction && !traits.begin_options.empty() && current_.statements.empty();
  }

  void add_begin_options(const std::string& options) {
    if (!current_.begin_options.empty()) current_.begin_options += ", ";
    current_.begin_options += options;
  }

  void open(const Statement& statement) {
    if (begun_at_) {
      throw_at(statement, "BEGIN stands inside the transaction that line " + std::to_string(*begun_at_) +
                              " began; COMMIT that one first, or take this BEGIN out");
    }
    close();
    begun_at_ = statement.line;
    current_.begin_options = statement.traits.begin_options;
  }

  void close() {
    if (!current_.statements.empty()) parts_.push_back(std::move(current_));
    current_ = Part{};
    begun_at_.reset();
  }

  void take_alone(std::size_t index) {
    const Statement& statement = migration_.statements[index];
    if (begun_at_) {
      throw_at(statement, name_of(statement) + " cannot run in a transaction; move it out of the one that line " +
                              std::to_string(*begun_at_) + " began");
    }
    close();
    parts_.push_back(Part{.mode = Part::Mode::alone, .begin_options = {}, .statements = {index}, .checksum = {}});
  }

  [[noreturn]] void throw_at(const Statement& statement, const std::string& why) const {
    throw MigrationError(migration_.source.file, statement.line, why);
  }

  static std::string name_of(const Statement& statement) {
    return statement.traits.tag.empty() ? "this statement" : statement.traits.tag;
  }

  void finish() {
    for (std::size_t number = 0; number < parts_.size(); ++number) {
      parts_[number].number = static_cast<int>(number);
      parts_[number].checksum = checksum_of(parts_[number]);
    }
    parts_.back().last = true;
  }

  std::string checksum_of(const Part& part) const {
    std::string tokens;
    for (std::size_t index : part.statements) {
      const Statement& statement = migration_.statements[index];
      const std::string data = statement.copy_data ? *statement.copy_data + "\\.\n" : "";
      tokens += significant_text(statement.text + ";\n" + data, dialect_) + '\n';
    }
    return sha256(tokens);
  }

  const Migration& migration_;
  const Dialect dialect_;
  std::vector<Part> parts_;
  Part current_;
  std::optional<int> begun_at_;  // the line of the file's BEGIN, while its transaction is open
};

}  // namespace

std::vector<Part> cut_into_parts(const Migration& migration, Dialect dialect) {
  return Cutter(migration, dialect).cut();
}

}  // namespace drydock
