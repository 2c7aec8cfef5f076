#include "runner/sql/classify.h"

#include "runner/sql/dialect_classify.h"

namespace drydock {

StatementTraits classify(std::string_view statement, Dialect dialect) {
  return dialect == Dialect::postgres ? classify_postgres(statement) : classify_sqlite(statement);
}

}  // namespace drydock
