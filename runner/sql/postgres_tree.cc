#include "runner/sql/postgres_tree.h"

#include <cstdint>

namespace drydock {

PostgresTree parse_postgres(const std::string& text) {
  const PgQueryProtobufParseResult result = pg_query_parse_protobuf(text.c_str());
  PostgresTree tree;
  if (result.error == nullptr) {
    tree.reset(pg_query__parse_result__unpack(nullptr, result.parse_tree.len,
                                              reinterpret_cast<const std::uint8_t*>(result.parse_tree.data)));
  }
  pg_query_free_protobuf_parse_result(result);
  return tree;
}

}  // namespace drydock
