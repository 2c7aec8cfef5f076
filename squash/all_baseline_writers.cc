#include "squash/baseline_writers.h"

namespace drydock {

BaselineText write_baseline(ThrowawayDatabase& replayed) {
  return replayed.reader().dialect() == Dialect::postgres ? write_postgres_baseline(replayed)
                                                          : write_sqlite_baseline(replayed);
}

}  // namespace drydock
