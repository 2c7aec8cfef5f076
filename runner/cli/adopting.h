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

// The history that is meant: that of the tool `from`, or the one there is that says anything. Throws Failure: exit 2
// for an unknown tool and where there are several, exit 4 where there is none.
// A table that says nothing yet is enough where it is to be written.
enum class Wanted { history, table };
FoundHistory choose_history(Database& database, const std::string& from, Wanted wanted = Wanted::history);
// The one that an unattended adoption may take; nullopt where the tool has none here that says anything.
std::optional<FoundHistory> find_history_of(Database& database, const AdoptReader& reader);

// Reads the tool's history and matches it with the target's files. Throws Failure (exit 4) where anything refuses it.
Adoption adoption_from(Target& target, const FoundHistory& found);

// Whether drydock's history has every one of the versions. Throws Failure (exit 4) where it has some history, and not
// all of them.
bool is_recorded(const Target& target, const std::vector<AdoptedVersion>& versions);

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
