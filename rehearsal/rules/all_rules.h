// The table of the rules, and how they are asked.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/rules/rule.h"

namespace drydock {

// Each in the file of its name.
extern const Rule index_not_concurrent, index_drop_not_concurrent, constraint_not_valid, unique_constraint_builds_index,
    set_not_null_scans, column_type_rewrites, volatile_default_rewrites, required_column_without_default,
    rename_breaks_running_code, column_dropped_under_running_code, table_locked_for_long, update_without_where,
    delete_without_where, truncate_cascade, backfill_under_strong_lock, several_tables_locked, enum_value_used_at_once,
    foreign_keys_pragma_ignored;

const std::vector<const Rule*>& all_rules();
// nullptr for an unknown id.
const Rule* find_rule(std::string_view id);
// For a message: "a, b, c".
std::string rule_names();

// Reads migrations in their order, one after the other, each with what the ones before it tell.
class RuleReader {
 public:
  using Ignored = std::set<std::string, std::less<>>;

  RuleReader(Dialect dialect, Ignored ignored) : dialect_(dialect), ignored_(std::move(ignored)) {}

  // What was read so far was deployed before what comes now: its tables hold rows and are in use.
  void begin_deployment() { known_.begin_deployment(); }
  // In the order of the lines. Throws MigrationError where it cannot be cut into transactions.
  std::vector<Finding> read(const Migration& migration);
  // The same of one that is cut already, and was run.
  std::vector<Finding> read(const Migration& migration, const std::vector<Part>& parts, const Measured& measured);

 private:
  Dialect dialect_;
  Ignored ignored_;
  KnownSchema known_;
};

}  // namespace drydock
