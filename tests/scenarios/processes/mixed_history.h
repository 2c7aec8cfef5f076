// A small history that holds every way in which a migration is committed: in one transaction, in two, statement by
// statement, outside of any; on a database with rows, so that rehearsals are made. And what it must have come to,
// however many runners were at it and however they ended.
#pragma once

#include "fixtures/project.h"

namespace drydock {

// Fills the database and writes the migrations, all pending. Shadows go below `shadows`.
void make_mixed_history(const Project& project, const std::filesystem::path& shadows);

// Every migration is recorded as applied exactly once, every change was made exactly once, every index is valid, and
// the database works. Fails the running test where that is not so.
void check_mixed_history(const Project& project);

// The ids of its migrations, in order.
inline constexpr std::initializer_list<const char*> mixed_history_ids = {"0001", "0002", "0003",
                                                                         "0004", "0005", "R__names"};

}  // namespace drydock
