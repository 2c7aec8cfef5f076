// Taking over what another tool, or nobody, migrated: finds the tool's history, matches it with the files, and records
// in drydock's own what it says. What `adopt` and an unattended `migrate` do alike.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runner/cli/settings.h"
#include "runner/cli/target.h"
#include "runner/cli/terminal.h"
#include "runner/database/lock.h"
#include "runner/history/adopt/adoption.h"

namespace drydock {

// Which of the histories in a database is meant.
struct WantedHistory {
  std::string from;   // the tool; "": the one there is
  std::string table;  // "table" or "schema.table", where it has another name than the tool's own; "": by that
  // A table that says nothing yet is enough where it is to be written.
  enum class Enough { history, table };
  Enough enough = Enough::history;
};
// Throws Failure: exit 2 for an unknown tool or table and where there are several, exit 4 where there is none.
FoundHistory choose_history(Database& database, const WantedHistory& wanted);

// Reads the tool's history and matches it with the target's files. Throws Failure (exit 4) where anything refuses it.
Adoption adoption_from(Target& target, const FoundHistory& found);

// What is written, by whom and in which words.
struct Recording {
  std::vector<AdoptedVersion> versions;
  std::string how;  // "adopted from dbmate": HistoryRow::rehearsal
  bool stamp = true;
  // Asked again in the transaction that records; throws where what was adopted is no longer so.
  std::function<void()> recheck;
};

// In one transaction. REQUIRES: the migrate lock is held, and the other tool's.
void record(Target& target, const Settings& settings, const Recording& recording);

// Waits for the migrate lock as every command does.
std::unique_ptr<MigrationLock> lock_to_adopt(Target& target, const Settings& settings, std::chrono::milliseconds wait,
                                             Terminal& terminal);

// Adopts what `adopt = "TOOL"` in drydock.toml names, where it is there and drydock has no history yet; everything has
// to match. Does nothing otherwise. REQUIRES: the migrate lock is held.
void adopt_unattended(Target& target, const Settings& settings, std::chrono::milliseconds wait, Terminal& terminal);

}  // namespace drydock
