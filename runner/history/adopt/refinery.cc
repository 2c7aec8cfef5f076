// refinery: refinery_schema_history(version, name, applied_on, checksum), one row for each applied version. The
// checksum is SipHash-1-3 over name, version and text; the version has four bytes there, or eight in builds with wide
// versions.
#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/foreign_checksums.h"
#include "runner/history/adopt/foreign_sql.h"

namespace drydock {
namespace {

struct Named {
  std::string name;
  std::uint64_t version = 0;
};

// "V1__initial.sql"; or a file of drydock's own format.
Named named(const MigrationFile& file) {
  const std::string stem = file.path.stem().string();
  const std::size_t end = stem.find("__");
  const std::string name = end == std::string::npos ? file.name : stem.substr(end + 2);
  return {name, std::stoull(recorded_name(file))};
}

std::string sum_of(const Named& named, std::size_t width, const std::string& sql) {
  std::string content = named.name + '\xFF';
  for (std::size_t byte = 0; byte < width; ++byte) content += static_cast<char>((named.version >> (8 * byte)) & 0xFF);
  return std::to_string(sip_hash_1_3(content + sql + '\xFF'));
}

class RefineryReader final : public AdoptReader {
 public:
  std::string_view name() const override { return "refinery"; }
  std::vector<std::string_view> table_names() const override { return {"refinery_schema_history"}; }
  bool recognises(const ForeignTable& table, std::span<const ForeignTable> /*all*/) const override {
    return table.has_all({"version", "name", "applied_on", "checksum"});
  }

  std::string_view label_column() const override { return "version"; }
  ForeignHistory read(Database& database, const ForeignTable& table) const override {
    ForeignHistory history;
    for (const auto& values : read_columns(database, table, {"version", "applied_on", "checksum"}, "version"))
      history.rows.push_back({.label = values[0],
                              .recorded_as = {values[0]},
                              .version = values[0],
                              .applied_at = values[1],
                              .checksum = values[2]});
    return history;
  }

  std::vector<std::string> checksums(const MigrationFile& file, const ChecksumContext& context) const override {
    const Named of_file = named(file);
    const std::string sql = raw_bytes(file);
    const std::string narrow = sum_of(of_file, 4, sql), wide = sum_of(of_file, 8, sql);
    return context.table.type_of("version") == "bigint" ? std::vector{wide, narrow} : std::vector{narrow, wide};
  }

  std::vector<std::string> write_back(Database& database, const ChecksumContext& context,
                                      std::span<const ReleasedVersion> missing,
                                      const ReleasedVersion& /*newest*/) const override {
    std::vector<std::string> statements;
    for (const ReleasedVersion& version : missing)
      statements.push_back(
          insert_into(context.table, {{"version", std::to_string(named(*version.file).version)},
                                      {"name", sql_text(database, named(*version.file).name)},
                                      {"applied_on", literal(version.applied_at)},
                                      {"checksum", literal(checksums(*version.file, context).front())}}));
    return statements;
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_refinery_reader() { return std::make_unique<RefineryReader>(); }

}  // namespace drydock
