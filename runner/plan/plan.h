// What is to be run, in which order and in which transactions: a plain value, made from files and history alone. The
// one thing that these do not tell, whether a database on which a baseline is to run holds nothing, is returned as a
// question: Step::only_where_empty.
//
// A Part is what is committed and recorded at once: statements in one transaction, or one statement alone that cannot
// run in a transaction. BEGIN and COMMIT in a file only set the borders between parts and are in none of them, nor is
// what is never sent (PRAGMA foreign_keys) or folded into the BEGIN (a SET TRANSACTION that opens its part). A part
// names its statements by their indexes into Migration::statements, in order; they need not be contiguous.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "runner/history/history.h"
#include "runner/migration/migration.h"

namespace drydock {

struct Part {
  enum class Mode { transaction, alone };
  Mode mode = Mode::transaction;
  std::string begin_options;            // "ISOLATION LEVEL SERIALIZABLE"; "" for the server's default
  std::vector<std::size_t> statements;  // indexes into Migration::statements, ascending
  int number = 0;                       // from 0, as recorded
  bool last = false;                    // with it the migration is applied
  std::string checksum;                 // of the tokens of its statements: what a resumed run compares
};

// The database must hold no objects: on PostgreSQL in these schemas and in those of the search_path, on SQLite at all.
struct EmptyDatabase {
  std::vector<std::string> schemas;
};

struct Step {
  enum class Action {
    run,
    record,  // a baseline whose migrations are all applied: its row is written, no statement is run
  };
  Action action = Action::run;
  // A baseline that is run: whoever has the database asks before anything is done (objects_conflict() is the answer
  // to no), and apply() asks again in the transaction of its first statement.
  std::optional<EmptyDatabase> only_where_empty;
  Migration migration;
  std::vector<Part> parts;     // at least one, possibly empty of statements (an empty file is recorded too)
  std::size_t first_part = 0;  // above 0: an earlier run stopped before this part
  int attempt = 1;             // of this run: above every recorded one of the parts from first_part on
};

// What a plan was made from; apply() refuses a plan whose target has moved on.
struct Fingerprint {
  std::string history;
  std::string schema;  // empty where it has not been taken (no rehearsal was made)
  bool operator==(const Fingerprint&) const = default;
};

struct Plan {
  std::vector<Step> steps;
  Fingerprint based_on;  // of a plan with steps: nothing is to be proved of an empty one
  // What the person who runs it should read first: a baseline's hint to a database that lags behind.
  std::vector<std::string> notes;
  // "sha256:..." over versions and checksums: names the plan in reports and in the history.
  std::string hash() const;
  bool empty() const { return steps.empty(); }
};

// Why no plan can be made: files and history contradict each other (exit 4).
struct Conflict {
  enum class Kind {
    changed,
    missing,
    out_of_order,
    failed,
    foreign_history,
    partial_squash,   // some of what a baseline replaces is applied, and originals of the rest are not at hand
    not_empty,        // none of it is applied, and the database holds objects
    inside_baseline,  // --to names a version that an empty database gets with the whole baseline only
    half_undone,      // an undo stopped inside it, and another goes on behind what it did
    below_baseline,   // an undo would reach what a baseline stands for
    moved_on,         // an undo would reach a version below one that was applied since it was asked for
  };
  Kind kind{};
  std::string id;  // version, or R__name
  std::string name, file;
  std::string message;  // one sentence, with the command that resolves it
  std::string diff;     // changed: a unified diff of the text as applied against the file's (unified_diff() in
                        // text_diff.h), filled by the caller
  // failed: the part that was started and whose outcome nobody recorded; the caller may look it up (an index that is
  // there and valid), record it, and plan again.
  std::optional<int> unknown_part;
};

struct PlanOptions {
  std::optional<Version> to = {};  // --to
  // What the folder's baselines have replaced (Format::read_squashed).
  std::span<const MigrationFile> originals = {};
};

using PlanResult = std::variant<Plan, std::vector<Conflict>>;

// REQUIRES: files are in order (Format::read). Parses only what is pending. A version whose text differs from the
// recorded one but whose tokens are the same is no conflict. Throws MigrationError.
PlanResult make_plan(const std::vector<MigrationFile>& files, const std::vector<HistoryRow>& history, Dialect dialect,
                     const PlanOptions& options = {});

// Why the step cannot run on a database that holds objects. REQUIRES: step.only_where_empty.
Conflict objects_conflict(const Step& step);

// Cuts a migration into parts. Throws MigrationError for what cannot stand in a transaction that the file opened
// itself: BEGIN, and a statement that cannot run in a transaction. (parse_migration() refuses ROLLBACK and its like.)
std::vector<Part> cut_into_parts(const Migration& migration, Dialect dialect);

// The state of every version, in order: for `status`.
struct VersionState {
  enum class State { applied, pending, changed, missing, out_of_order, failed, replaced };
  State state{};
  std::string id, name, file, kind;  // kind: "migration", "repeatable", "baseline"
  std::string applied_at, checksum;
  bool text_only_changed = false;  // same tokens, other text: a note
};
std::string_view to_string(VersionState::State state);
std::vector<VersionState> version_states(const std::vector<MigrationFile>& files,
                                         const std::vector<HistoryRow>& history, Dialect dialect,
                                         std::span<const MigrationFile> originals = {});

}  // namespace drydock
