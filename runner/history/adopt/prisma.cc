// Prisma: _prisma_migrations, one row for each attempt at a migration, which is named by its folder. It is applied
// where an attempt was finished and not rolled back; an attempt that is neither finished nor rolled back has failed.
// The checksum is the SHA-256 of migration.sql.
#include <algorithm>
#include <map>

#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/foreign_checksums.h"
#include "runner/history/adopt/foreign_sql.h"
#include "runner/identity/identity.h"

namespace drydock {
namespace {

// Old versions printed each byte without its leading zero.
std::string without_padding(std::string_view digits) {
  std::string text;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
    text += digits.substr(digits[at] == '0' ? at + 1 : at, digits[at] == '0' ? 1 : 2);
  return text;
}

std::string with_crlf(std::string_view lf) {
  std::string text;
  for (const char c : lf) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return text;
}

std::string with_lf(std::string_view crlf) {
  std::string text;
  for (std::size_t at = 0; at < crlf.size(); ++at)
    if (crlf[at] != '\r' || at + 1 == crlf.size() || crlf[at + 1] != '\n') text += crlf[at];
  return text;
}

// 32 hex digits as a UUID is written.
std::string uuid_of(std::string digits) {
  for (const std::size_t at : {8U, 13U, 18U, 23U}) digits.insert(at, "-");
  return digits;
}

class PrismaReader final : public AdoptReader {
 public:
  std::string_view name() const override { return "prisma"; }
  std::vector<std::string_view> table_names() const override { return {"_prisma_migrations"}; }
  bool recognises(const ForeignTable& table, std::span<const ForeignTable> /*all*/) const override {
    return table.has_all({"checksum", "finished_at", "migration_name", "rolled_back_at", "started_at"});
  }

  std::string_view label_column() const override { return "migration_name"; }
  ForeignHistory read(Database& database, const ForeignTable& table) const override {
    ForeignHistory history;
    for (const auto& values :
         read_columns(database, table, {"migration_name", "checksum", "finished_at", "rolled_back_at"},
                      "migration_name, started_at"))
      add_attempt(history.rows, values);
    return history;
  }

  std::vector<std::string> checksums(const MigrationFile& file, const ChecksumContext& /*context*/) const override {
    const std::string raw = raw_bytes(file);
    std::vector<std::string> sums;
    for (const std::string& bytes : {raw, with_lf(raw), with_crlf(with_lf(raw))}) sums.push_back(sha256_hex(bytes));
    sums.push_back(without_padding(sums.front()));
    return sums;
  }

  std::optional<std::int64_t> lock_id(Database& /*database*/, const ForeignTable& /*table*/) const override {
    return 72707369;
  }

  std::vector<std::string> write_back(Database& database, const ChecksumContext& context,
                                      std::span<const ReleasedVersion> missing,
                                      const ReleasedVersion& /*newest*/) const override {
    // In a SQLite file its times are milliseconds.
    const auto time = [&](const std::string& iso) {
      return database.dialect() == Dialect::postgres ? literal(iso)
                                                     : "1000 * CAST(strftime('%s', " + literal(iso) + ") AS integer)";
    };
    std::vector<std::string> statements;
    for (const ReleasedVersion& version : missing)
      statements.push_back(insert_into(context.table, {{"id", literal(uuid_of(random_database_id()))},
                                                       {"checksum", literal(checksums(*version.file, context).front())},
                                                       {"finished_at", time(version.applied_at)},
                                                       {"migration_name", sql_text(database, name_of(*version.file))},
                                                       {"started_at", time(version.applied_at)},
                                                       {"applied_steps_count", "1"}}));
    return statements;
  }

 private:
  // By its folder; a file of drydock's own format by its whole name.
  static std::string name_of(const MigrationFile& file) {
    return file.recorded_as.empty() ? file.version.text() + "_" + file.name : file.recorded_as;
  }

  // Attempts at one migration come one after the other. One that was finished settles those that were rolled back
  // before it; one that failed and was not told of is settled by nothing.
  static void add_attempt(std::vector<ForeignRow>& rows, const std::vector<std::string>& values) {
    using State = ForeignRow::State;
    const State state = !values[3].empty() ? State::rolled_back : values[2].empty() ? State::failed : State::applied;
    const auto earlier = std::ranges::find(rows, values[0], &ForeignRow::label);
    if (earlier != rows.end()) {
      const bool settles =
          earlier->state == State::rolled_back || (earlier->state == State::applied && state == State::failed);
      if (!settles) return;
      rows.erase(earlier);
    }
    rows.push_back({.label = values[0],
                    .recorded_as = {values[0]},
                    .version = leading_version(values[0]),
                    .applied_at = values[2],
                    .checksum = values[1],
                    .state = state});
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_prisma_reader() { return std::make_unique<PrismaReader>(); }

}  // namespace drydock
