// libpg_query's parse tree of one text, freed with its handle. As deep as the expressions in it, and making, reading
// and freeing one recurses: callers bound the text first.
#pragma once

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include <memory>
#include <span>
#include <string>

namespace drydock {

struct PostgresTreeDeleter {
  void operator()(PgQuery__ParseResult* tree) const { pg_query__parse_result__free_unpacked(tree, nullptr); }
};
using PostgresTree = std::unique_ptr<PgQuery__ParseResult, PostgresTreeDeleter>;

// nullptr where the grammar does not know the text.
PostgresTree parse_postgres(const std::string& text);

// A list of the tree.
inline std::span<PgQuery__Node* const> nodes(PgQuery__Node** first, std::size_t count) { return {first, count}; }

}  // namespace drydock
