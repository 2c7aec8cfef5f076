#include "rehearsal/kept/kept_store.h"

namespace drydock {

std::unique_ptr<KeptStore> open_kept_store(Database& database) {
  return database.dialect() == Dialect::sqlite ? open_sqlite_kept_store(database) : open_postgres_kept_store(database);
}

std::vector<KeptCopy> purge_expired(KeptStore& store) {
  std::vector<KeptCopy> purged;
  for (const KeptCopy& copy : store.list()) {
    if (copy.state == KeptCopy::State::purged || !copy.expired) continue;
    store.purge(copy);
    purged.push_back(copy);
  }
  return purged;
}

}  // namespace drydock
