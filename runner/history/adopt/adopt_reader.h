// What another tool recorded in a database, read for `drydock adopt` and written for `adopt --release`: one AdoptReader
// per tool, listed in all_adopt_readers.cc. A reader knows its tool's table, what a row of it means, how its checksums
// and its lock are computed, and what a row must be for the tool to take a version for applied. It runs no migration
// and changes nothing but by the statements of write_back().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "runner/database/database.h"
#include "runner/history/adopt/foreign_table.h"
#include "runner/migration/migration.h"

namespace drydock {

struct ForeignRow {
  enum class State {
    applied,
    dirty,        // was begun, and nobody knows how it ended
    failed,       // or stopped half way
    rolled_back,  // somebody told the tool so; what is left of it in the database is not known
  };
  std::string label;                     // as messages name it: "1.1", "20200101000000_init"
  std::vector<std::string> recorded_as;  // any of which may be MigrationFile::recorded_as
  std::string version;          // for a folder in drydock's own format: the number in it; "" where there is none
  std::string applied_at = {};  // as the tool kept it; "" where it keeps none
  std::string checksum = {};    // as the tool kept it; "" where it keeps none
  State state = State::applied;
  bool up_to = false;        // stands for every version up to its own, which no row says: they are inferred
  bool needs_file = true;    // false: a baseline of the tool's, for which there may be no file
  bool repeatable = false;   // an older text of it is no conflict: it runs again
  bool of_any_kind = false;  // the table does not say whether it is repeatable
};

struct ForeignHistory {
  std::vector<ForeignRow> rows;
};

// A version that the tool is to take for applied.
struct ReleasedVersion {
  const MigrationFile* file = nullptr;
  std::string applied_at;  // ISO 8601, UTC
};

// What checksums are computed from: a file and those around it.
struct ChecksumContext {
  const ForeignTable& table;
  std::span<const MigrationFile* const> files;  // all, in order
};

// The tool's table cannot be brought up to date by drydock; what() says how the tool itself does it.
struct CannotRelease : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class AdoptReader {
 public:
  virtual ~AdoptReader() = default;
  virtual std::string_view name() const = 0;  // "golang-migrate"
  // Lower case.
  virtual std::vector<std::string_view> table_names() const = 0;
  // By its columns; `all` are the tables with a name of any tool's, since some tools are told apart by another table.
  // REQUIRES: the table has one of the names.
  virtual bool recognises(const ForeignTable& table, std::span<const ForeignTable> all) const = 0;
  virtual ForeignHistory read(Database& database, const ForeignTable& table) const = 0;

  // The checksums that the tool may have kept of the file, the one that it keeps today first; none where it keeps none
  // or drydock cannot compute it. Throws MigrationError where the file cannot be read.
  virtual std::vector<std::string> checksums(const MigrationFile& /*file*/, const ChecksumContext& /*context*/) const {
    return {};
  }
  // PostgreSQL: the advisory lock that the tool holds while it works.
  virtual std::optional<std::int64_t> lock_id(Database& /*database*/, const ForeignTable& /*table*/) const {
    return std::nullopt;
  }
  // Takes the tool's lock for the transaction that is open; false where somebody holds it. By the advisory lock, unless
  // the tool has another. REQUIRES: a transaction is open.
  virtual bool try_to_lock(Database& database, const ForeignTable& table) const;

  // Why its history cannot be matched with SQL files, and what to do; "" where it can.
  virtual std::string why_not() const { return {}; }
  // Whether its table has rows of repeatable migrations.
  virtual bool keeps_repeatables() const { return false; }
  // Whether its table keeps the current version alone.
  virtual bool points() const { return false; }
  // The column, or expression, whose text is ForeignRow::label.
  virtual std::string_view label_column() const = 0;
  // The statements after which the tool does not take the file for applied any more; none where it points: then
  // write_back() does that. Throws CannotRelease. REQUIRES: a transaction is open.
  virtual std::vector<std::string> take_out(Database& database, const ChecksumContext& context,
                                            const MigrationFile& file) const;
  // The statements after which the tool takes `missing` for applied; `newest` is the last of all that are, without a
  // file where none is. Throws CannotRelease. REQUIRES: a transaction is open; missing is in order, and not empty but
  // for a tool that points.
  virtual std::vector<std::string> write_back(Database& database, const ChecksumContext& context,
                                              std::span<const ReleasedVersion> missing,
                                              const ReleasedVersion& newest) const = 0;
};

const std::vector<std::unique_ptr<AdoptReader>>& all_adopt_readers();

// nullptr for an unknown name.
const AdoptReader* find_adopt_reader(std::string_view name);
// "alembic, atlas, ...": for messages.
std::string adopt_reader_names();

// A table and the tool whose history it is.
struct FoundHistory {
  const AdoptReader* reader = nullptr;
  ForeignTable table;
  bool says_anything = false;  // of some version
  bool readable = true;        // false: its rows may not be read, and may say anything
};

// Every tool's table in the database; among them the one named `also`, "table" or "schema.table", whose tool is told by
// its columns alone, so that it may be found as several tools'. One query, and a few for each table that is found.
// REQUIRES: no transaction is open.
std::vector<FoundHistory> find_foreign_histories(Database& database, const std::string& also = {});
// Whether the name, "table" or "schema.table" in any case, is the table's.
bool is_named(const ForeignTable& table, std::string_view name);

}  // namespace drydock
