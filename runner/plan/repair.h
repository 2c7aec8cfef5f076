// One named correction of the record, as a row to add to it. Nothing is rewritten: the newest row of a part counts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "runner/plan/plan.h"

namespace drydock {

enum class Correction {
  accept_change,   // an applied version's file was changed, and the database is as the new text says
  mark_applied,    // what is not recorded as applied is in the database already
  forget_failure,  // what a run began outside a transaction and did not live to record left nothing behind
};
// "accept-change", as on the command line.
std::string_view to_string(Correction correction);

// The correction contradicts what stands in the record or in the folder. One sentence, with what to do instead.
struct RepairRefusal {
  enum class Kind { unknown_version, contradiction };
  Kind kind{};
  std::string why;
};

using RepairResult = std::variant<HistoryRow, RepairRefusal>;

// The row, without who wrote it and with which version of the tool. `id` is a version, however many zeros it begins
// with, or R__name. A baseline has the version of the last migration that it replaces: the one of the two that has
// something to correct is meant. `originals` are what baselines replaced (Format::read_squashed).
// REQUIRES: files are in order (Format::read). Throws MigrationError for a file that cannot be read.
RepairResult make_repair(const std::vector<MigrationFile>& files, const std::vector<HistoryRow>& history,
                         Dialect dialect, std::string_view id, Correction correction,
                         std::span<const MigrationFile> originals = {});

}  // namespace drydock
