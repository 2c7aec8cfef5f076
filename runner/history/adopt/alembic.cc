// Alembic: alembic_version(version_num), the heads only.
#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/python_reader.h"

namespace drydock {

std::unique_ptr<AdoptReader> make_alembic_reader() {
  return std::make_unique<PythonReader>(
      PlainTool{.name = "alembic", .table = "alembic_version", .version_column = "version_num"}, "alembic upgrade head",
      "alembic stamp REVISION");
}

}  // namespace drydock
