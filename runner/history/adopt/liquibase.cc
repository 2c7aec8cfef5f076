// Liquibase: databasechangelog, one row for each changeset, which is named by file, id and author together; beside it
// databasechangeloglock, whose row says whether somebody is at work. Its checksum is of the changeset's SQL, properties
// put in; those of versions before 4.22 are not compared, and in a row without one Liquibase fills it in itself.
#include <algorithm>

#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/adoption.h"
#include "runner/history/adopt/foreign_sql.h"

namespace drydock {
namespace {

constexpr std::string_view separator = "::";

constexpr std::string_view checksum_version = "9:";

struct Changeset {
  std::string file, id, author;
};

Changeset parts_of(const std::string& whole) {
  const std::size_t first = whole.find(separator), last = whole.rfind(separator);
  return {whole.substr(0, first), whole.substr(first + 2, last - first - 2), whole.substr(last + 2)};
}

// What Liquibase has to find before a file's path depends on how it is called: it is what the rows of other files have.
std::optional<std::string> folder_in(const ForeignHistory& history, const ChecksumContext& context) {
  for (const ForeignRow& row : history.rows)
    for (const MigrationFile* file : context.files) {
      const std::string path = parts_of(row.label).file;
      if (path.ends_with(file->file) && is_row_of(row, *file)) return path.substr(0, path.size() - file->file.size());
    }
  return std::nullopt;
}

// What a file's path may be in the folder: what stands behind any of its slashes, too.
std::vector<std::string> names_of(const std::string& path, const std::string& id, const std::string& author) {
  const std::string end = std::string(separator) + id + std::string(separator) + author;
  std::vector<std::string> names{path + end, author + ":" + id, id};
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    names.push_back(path.substr(slash + 1) + end);
  return names;
}

// The changeset that a file is, as its format names it: "file::id::author", or "author:id".
Changeset changeset_of(const MigrationFile& file, const std::optional<std::string>& folder) {
  const std::string& name = file.recorded_as;
  const std::size_t colon = name.find(':');
  const bool whole = name.find(separator) != std::string::npos;
  Changeset changeset = whole ? parts_of(name) : Changeset{file.file, name.substr(colon + 1), name.substr(0, colon)};
  if (changeset.file != file.file) return changeset;  // a logicalFilePath
  if (colon == std::string::npos || !folder)
    throw CannotRelease("it is not known under which path Liquibase would find " + file.file +
                        ", since no row is of a file of the folder: where nothing is pending, run `liquibase "
                        "changelog-sync`");
  changeset.file = *folder + file.file;
  return changeset;
}

class LiquibaseReader final : public AdoptReader {
 public:
  std::string_view name() const override { return "liquibase"; }
  std::vector<std::string_view> table_names() const override { return {"databasechangelog"}; }
  bool recognises(const ForeignTable& table, std::span<const ForeignTable> /*all*/) const override {
    return table.has_all({"id", "author", "filename", "exectype", "md5sum"});
  }

  std::string_view label_column() const override { return "filename || '::' || id || '::' || author"; }
  ForeignHistory read(Database& database, const ForeignTable& table) const override {
    ForeignHistory history;
    for (const auto& values : read_columns(
             database, table, {"id", "author", "filename", "exectype", "dateexecuted", "md5sum"}, "orderexecuted")) {
      const std::string &id = values[0], &author = values[1], &type = values[3];
      if (type == "SKIPPED") continue;
      const std::string whole = values[2] + std::string(separator) + id + std::string(separator) + author;
      std::erase_if(history.rows, [&](const ForeignRow& each) { return each.label == whole; });
      history.rows.push_back({.label = whole,
                              .recorded_as = names_of(values[2], id, author),
                              .version = leading_version(id),
                              .applied_at = values[4],
                              .checksum = values[5].starts_with(checksum_version) ? values[5] : "",
                              .state = type == "FAILED" ? ForeignRow::State::failed : ForeignRow::State::applied,
                              .of_any_kind = true});
    }
    return history;
  }

  std::vector<std::string> checksums(const MigrationFile& file, const ChecksumContext& /*context*/) const override {
    return file.recorded_checksum.empty() ? std::vector<std::string>() : std::vector{file.recorded_checksum};
  }

  bool keeps_repeatables() const override { return true; }

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
    const ForeignHistory history = read(database, context.table);
    const std::optional<std::string> folder = folder_in(history, context);
    std::vector<std::string> statements;
    for (const ReleasedVersion& version : missing) {
      const MigrationFile& file = *version.file;
      // Of a changeset that runs again the row is replaced, as Liquibase does.
      const bool again = std::ranges::any_of(history.rows, [&](const ForeignRow& row) { return is_row_of(row, file); });
      for (std::string& statement : take_out(database, context, file)) statements.push_back(std::move(statement));
      const Changeset changeset = changeset_of(file, folder);
      statements.push_back(insert_into(
          context.table, {{"id", text(changeset.id)},
                          {"author", text(changeset.author)},
                          {"filename", text(changeset.file)},
                          {"dateexecuted", sql_time(database, version.applied_at)},
                          {"orderexecuted", next},
                          {"exectype", text(again ? "RERAN" : "EXECUTED")},
                          {"md5sum", file.recorded_checksum.empty() ? "NULL" : text(file.recorded_checksum)},
                          {"description", text("sql")}}));
    }
    return statements;
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_liquibase_reader() { return std::make_unique<LiquibaseReader>(); }

}  // namespace drydock
