// Every kind of database that a history can be replayed in.
#include "squash/throwaways.h"

namespace drydock {

std::unique_ptr<Throwaways> make_throwaways(const ThrowawayRequest& request) {
  return request.dialect == Dialect::postgres ? make_postgres_throwaways(request) : make_sqlite_throwaways(request);
}

}  // namespace drydock
