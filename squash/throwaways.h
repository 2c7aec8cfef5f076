// One function for each kind of database; all_throwaways.cc lists them.
#pragma once

#include <memory>

#include "squash/throwaway.h"

namespace drydock {

// As make_throwaways(). REQUIRES: the request is for that kind of database.
std::unique_ptr<Throwaways> make_postgres_throwaways(const ThrowawayRequest& request);
std::unique_ptr<Throwaways> make_sqlite_throwaways(const ThrowawayRequest& request);

}  // namespace drydock
