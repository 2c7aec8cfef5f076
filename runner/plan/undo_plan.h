// Taking migrations back: which undo scripts are to be run, in the reverse order of the versions. A plan like any
// other, made from files and history alone; apply() runs it and records it with the kind "undo".
//
// Which versions are meant is settled once, at a run's first look at the history: of two runners that are both told to
// take one version back, the second finds nothing left to do, and does not take back another.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "runner/plan/plan.h"

namespace drydock {

struct UndoRange {
  std::optional<std::size_t> steps = 1;  // at most so many versions; nullopt: any number
  std::optional<Version> to = {};        // only those above this one
};

// The versions in that range of which something is applied, the highest first; one that is half undone is among them.
// Repeatable migrations are not undone. REQUIRES: files are in order (Format::read).
std::vector<Version> versions_to_undo(const std::vector<MigrationFile>& files, const std::vector<HistoryRow>& history,
                                      Dialect dialect, const UndoRange& range,
                                      std::span<const MigrationFile> originals = {});

struct UndoRequest {
  std::vector<Version> versions;
  // What the folder's baselines have replaced (Format::read_squashed).
  std::span<const MigrationFile> originals = {};
  // The undo script of a migration (undo_of()), as a migration of the kind `undo`. Throws MigrationError where it has
  // none, or it cannot be read.
  std::function<MigrationFile(const MigrationFile&)> script;
};

// What is still there of those versions, undone; empty where nothing is. Conflicts are those of make_plan(), but for
// what an undo does not mind (versions that are out of order) or resolves (a version that is half undone: it is gone on
// with). A version that is half applied, that a baseline stands for, or that lies below one which was not asked for is
// a conflict too. Throws MigrationError, also for a script that holds no statement.
// REQUIRES: files are in order (Format::read); the request has a script.
PlanResult make_undo_plan(const std::vector<MigrationFile>& files, const std::vector<HistoryRow>& history,
                          Dialect dialect, const UndoRequest& request);

// The undo script, parsed. Throws MigrationError, also where it holds no statement.
Migration parse_undo(const MigrationFile& script, Dialect dialect);

}  // namespace drydock
