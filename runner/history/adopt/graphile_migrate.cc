// graphile-migrate: graphile_migrate.migrations(hash, previous_hash, filename, date), one row for each committed file,
// named by its number alone. The hash is made from the file's body and the hash before it, and stands in the file's
// header, too.
#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/foreign_checksums.h"
#include "runner/history/adopt/foreign_sql.h"

namespace drydock {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

struct Committed {
  std::string previous, hash;  // of the header; "" where there is none
  bool any_hash = false;       // the header allows a hash that is not the body's
  std::string body;
};

Committed read_committed(const std::string& text) {
  Committed file;
  std::string_view rest = text;
  while (rest.starts_with("--! ") && rest.size() > 4 && rest[4] >= 'A' && rest[4] <= 'Z') {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(4, end - 4);
    const std::string_view value = trimmed(line.substr(std::min(line.find(':'), line.size() - 1) + 1));
    if (line.starts_with("Previous:") && value != "-") file.previous = value;
    if (line.starts_with("Hash:")) file.hash = value;
    if (line.starts_with("AllowInvalidHash")) file.any_hash = true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  file.body = rest;
  return file;
}

std::string hash_of(const Committed& file) {
  const std::string content = file.previous + "\n" + std::string(trimmed(file.body));
  return "sha1:" + sha1_hex(std::string(trimmed(content)) + "\n");
}

class GraphileMigrateReader final : public AdoptReader {
 public:
  std::string_view name() const override { return "graphile-migrate"; }
  std::vector<std::string_view> table_names() const override { return {"migrations"}; }
  bool recognises(const ForeignTable& table, std::span<const ForeignTable> /*all*/) const override {
    return table.has_all({"hash", "previous_hash", "filename", "date"});
  }

  std::string_view label_column() const override { return "filename"; }
  ForeignHistory read(Database& database, const ForeignTable& table) const override {
    ForeignHistory history;
    for (const auto& values : read_columns(database, table, {"filename", "hash", "date"}, "filename"))
      history.rows.push_back({.label = values[0],
                              .recorded_as = {values[0], values[1]},
                              .version = leading_version(values[0]),
                              .applied_at = values[2],
                              .checksum = values[1]});
    return history;
  }

  std::vector<std::string> checksums(const MigrationFile& file, const ChecksumContext& /*context*/) const override {
    const Committed committed = read_committed(raw_bytes(file));
    if (committed.any_hash) return {committed.hash};
    return {hash_of(committed)};
  }

  std::optional<std::int64_t> lock_id(Database& /*database*/, const ForeignTable& /*table*/) const override {
    return 4727445306447283;
  }

  std::vector<std::string> write_back(Database& database, const ChecksumContext& context,
                                      std::span<const ReleasedVersion> missing,
                                      const ReleasedVersion& /*newest*/) const override {
    std::vector<std::string> statements;
    for (const ReleasedVersion& version : missing) {
      const Committed committed = read_committed(raw_bytes(*version.file));
      if (committed.hash.empty())
        throw CannotRelease(version.file->file +
                            " has no header `--! Hash:`, without which graphile-migrate reads no committed file");
      statements.push_back(
          insert_into(context.table,
                      {{"hash", sql_text(database, committed.hash)},
                       {"previous_hash", committed.previous.empty() ? "NULL" : sql_text(database, committed.previous)},
                       {"filename", sql_text(database, leading_version(version.file->path.stem().string()) + ".sql")},
                       {"date", sql_time(database, version.applied_at)}}));
    }
    return statements;
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_graphile_migrate_reader() { return std::make_unique<GraphileMigrateReader>(); }

}  // namespace drydock
