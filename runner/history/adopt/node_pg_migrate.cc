// node-pg-migrate: pgmigrations(id, name, run_on), one row for each applied file, named without its ending. No
// checksum.
#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/plain_reader.h"

namespace drydock {
namespace {

class NodePgMigrateReader final : public PlainReader {
 public:
  NodePgMigrateReader()
      : PlainReader({.name = "node-pg-migrate",
                     .table = "pgmigrations",
                     .version_column = "name",
                     .time_column = "run_on",
                     .names = PlainTool::Names::stem}) {}

  std::optional<std::int64_t> lock_id(Database& /*database*/, const ForeignTable& /*table*/) const override {
    return 7241865325823964;
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_node_pg_migrate_reader() { return std::make_unique<NodePgMigrateReader>(); }

}  // namespace drydock
