// A run that died while a statement ran outside a transaction left an intent row without an outcome. Here is what the
// database itself tells of such a statement.
#pragma once

#include <optional>

#include "runner/database/database.h"
#include "runner/history/history.h"

namespace drydock {

// `intent` is the row that was written before the statement was sent.
//
// `applied`: its effect is there. `failed`: it is not, nothing of a broken try is left (an invalid index is dropped),
// and running the statement once more is right. nullopt: the database does not tell, and a person has to look.
// REQUIRES: the migrate lock is held, so that neither the runner that died nor another one is at work on it; the
// session is outside a transaction.
std::optional<HistoryRow::State> look_up_outcome(Database& database, const Statement& statement,
                                                 const HistoryRow& intent);

}  // namespace drydock
