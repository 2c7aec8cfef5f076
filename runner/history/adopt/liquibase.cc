// Liquibase: databasechangelog, one row for each changeset, which is named by file, id and author together; beside it
// databasechangeloglock, whose row says whether somebody is at work. Its checksum is of the changeset as Liquibase
// parsed it, properties put in, and is not compared; in a row without one Liquibase fills it in itself.
#include <algorithm>

#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/foreign_sql.h"

namespace drydock {
namespace {

constexpr std::string_view separator = "::";

// FILENAME, ID and AUTHOR of "file::id::author"; empty where the text is not of that form.
std::vector<std::string> parts_of(std::string_view text) {
  const std::size_t first = text.find(separator), second = text.rfind(separator);
  if (first == std::string_view::npos || second <= first) return {};
  return {std::string(text.substr(0, first)), std::string(text.substr(first + 2, second - first - 2)),
          std::string(text.substr(second + 2))};
}

class LiquibaseReader final : public AdoptReader {
 public:
  std::string_view name() const override { return "liquibase"; }
  std::vector<std::string_view> table_names() const override { return {"databasechangelog"}; }
  bool recognises(const ForeignTable& table, std::span<const ForeignTable> /*all*/) const override {
    return table.has_all({"id", "author", "filename", "exectype", "md5sum"});
  }

  ForeignHistory read(Database& database, const ForeignTable& table) const override {
    ForeignHistory history;
    for (const auto& values :
         read_columns(database, table, {"id", "author", "filename", "exectype", "dateexecuted"}, "orderexecuted")) {
      const std::string &id = values[0], &author = values[1], &type = values[3];
      if (type == "SKIPPED") continue;
      const std::string whole = values[2] + std::string(separator) + id + std::string(separator) + author;
      std::erase_if(history.rows, [&](const ForeignRow& each) { return each.label == whole; });
      history.rows.push_back({.label = whole,
                              .recorded_as = {whole, author + ":" + id, id},
                              .version = leading_version(id),
                              .applied_at = values[4],
                              .state = type == "FAILED" ? ForeignRow::State::failed : ForeignRow::State::applied});
    }
    return history;
  }

  bool try_to_lock(Database& database, const ForeignTable& table) const override {
    const std::vector<ForeignTable> locks = find_tables(database, {"databasechangeloglock"});
    const auto lock = std::ranges::find(locks, table.schema, &ForeignTable::schema);
    if (lock == locks.end()) return true;
    const std::string select = "SELECT CAST(locked AS text) FROM " + lock->sql() + " WHERE id = 1";
    const Rows now = database.query(select);
    if (now.empty()) return true;
    if (const std::string locked = now.rows[0][0].value_or("false"); locked != "false" && locked != "0") return false;
    // Held until the end of the transaction: Liquibase has to update this row before it begins.
    return database.dialect() == Dialect::sqlite || !database.query(select + " FOR UPDATE SKIP LOCKED").empty();
  }

  std::vector<std::string> write_back(Database& database, const ChecksumContext& context,
                                      std::span<const ReleasedVersion> missing,
                                      const ReleasedVersion& /*newest*/) const override {
    const auto text = [&](std::string_view value) { return sql_text(database, value); };
    const std::string next = "(SELECT coalesce(max(orderexecuted), 0) + 1 FROM " + context.table.sql() + ")";
    std::vector<std::string> statements;
    for (const ReleasedVersion& version : missing) {
      const std::vector<std::string> parts = parts_of(version.file->recorded_as);
      if (parts.empty())
        throw CannotRelease(
            version.file->file +
            " does not say of which changeset it is: where nothing is pending, run `liquibase changelog-sync`");
      statements.push_back(insert_into(context.table, {{"id", text(parts[1])},
                                                       {"author", text(parts[2])},
                                                       {"filename", text(parts[0])},
                                                       {"dateexecuted", sql_time(database, version.applied_at)},
                                                       {"orderexecuted", next},
                                                       {"exectype", text("EXECUTED")},
                                                       {"md5sum", "NULL"},
                                                       {"description", text("sql")}}));
    }
    return statements;
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_liquibase_reader() { return std::make_unique<LiquibaseReader>(); }

}  // namespace drydock
