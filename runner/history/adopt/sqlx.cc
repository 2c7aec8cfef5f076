// sqlx: _sqlx_migrations(version, description, installed_on, success, checksum, execution_time), one row for each
// applied version. The checksum is the SHA-384 of the file's bytes.
#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/foreign_checksums.h"
#include "runner/history/adopt/foreign_sql.h"

namespace drydock {
namespace {

class SqlxReader final : public AdoptReader {
 public:
  std::string_view name() const override { return "sqlx"; }
  std::vector<std::string_view> table_names() const override { return {"_sqlx_migrations"}; }
  bool recognises(const ForeignTable& table, std::span<const ForeignTable> /*all*/) const override {
    return table.has_all({"version", "description", "success", "checksum"});
  }

  std::string_view label_column() const override { return "version"; }
  ForeignHistory read(Database& database, const ForeignTable& table) const override {
    const std::string_view checksum =
        database.dialect() == Dialect::postgres ? "pg_catalog.encode(checksum, 'hex')" : "lower(hex(checksum))";
    ForeignHistory history;
    for (const auto& values :
         read_columns(database, table, {"version", "success", "installed_on", checksum}, "version")) {
      const bool success = values[1] == "true" || values[1] == "1";
      history.rows.push_back({.label = values[0],
                              .recorded_as = {values[0]},
                              .version = values[0],
                              .applied_at = values[2],
                              .checksum = values[3],
                              .state = success ? ForeignRow::State::applied : ForeignRow::State::failed});
    }
    return history;
  }

  std::vector<std::string> checksums(const MigrationFile& file, const ChecksumContext& /*context*/) const override {
    return {sha384_hex(raw_bytes(file))};
  }

  std::optional<std::int64_t> lock_id(Database& database, const ForeignTable& /*table*/) const override {
    constexpr std::int64_t salt = 0x3d32ad9e;
    return salt * crc32(database.query("SELECT pg_catalog.current_database()").text(0, 0));
  }

  std::vector<std::string> write_back(Database& database, const ChecksumContext& context,
                                      std::span<const ReleasedVersion> missing,
                                      const ReleasedVersion& /*newest*/) const override {
    std::vector<std::string> statements;
    for (const ReleasedVersion& version : missing) {
      const std::string digest = checksums(*version.file, context).front();
      const std::string bytes =
          database.dialect() == Dialect::postgres ? "pg_catalog.decode('" + digest + "', 'hex')" : "X'" + digest + "'";
      statements.push_back(
          insert_into(context.table, {{"version", recorded_name(*version.file)},
                                      {"description", sql_text(database, with_spaces(version.file->name))},
                                      {"installed_on", sql_time(database, version.applied_at)},
                                      {"success", sql_truth(database, true)},
                                      {"checksum", bytes},
                                      {"execution_time", "0"}}));
    }
    return statements;
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_sqlx_reader() { return std::make_unique<SqlxReader>(); }

}  // namespace drydock
