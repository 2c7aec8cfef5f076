// The table of the rules: what locks or rewrites a table first, then what breaks code, then what changes rows.
#include "rehearsal/rules/all_rules.h"

#include <algorithm>

namespace drydock {

const std::vector<const Rule*>& all_rules() {
  static const std::vector<const Rule*> rules = {&index_not_concurrent,
                                                 &index_drop_not_concurrent,
                                                 &constraint_not_valid,
                                                 &unique_constraint_builds_index,
                                                 &set_not_null_scans,
                                                 &column_type_rewrites,
                                                 &volatile_default_rewrites,
                                                 &table_locked_for_long,
                                                 &backfill_under_strong_lock,
                                                 &several_tables_locked,
                                                 &required_column_without_default,
                                                 &enum_value_used_at_once,
                                                 &rename_breaks_running_code,
                                                 &column_dropped_under_running_code,
                                                 &update_without_where,
                                                 &delete_without_where,
                                                 &truncate_cascade,
                                                 &foreign_keys_pragma_ignored};
  return rules;
}

const Rule* find_rule(std::string_view id) {
  const auto found = std::ranges::find(all_rules(), id, &Rule::id);
  return found == all_rules().end() ? nullptr : *found;
}

std::string rule_names() {
  std::string names;
  for (const Rule* rule : all_rules()) names += (names.empty() ? "" : ", ") + std::string(rule->id);
  return names;
}

std::vector<Finding> RuleReader::read(const Migration& migration) {
  return read(migration, cut_into_parts(migration, dialect_), {});
}

std::vector<Finding> RuleReader::read(const Migration& migration, const std::vector<Part>& parts,
                                      const Measured& measured) {
  RuleInput input{
      .migration = migration, .dialect = dialect_, .facts = {}, .parts = parts, .known = known_, .measured = measured};
  for (const Statement& statement : migration.statements) input.facts.push_back(facts_of(statement, dialect_));
  input.first = known_.learn(input.facts);
  std::vector<Finding> findings;
  for (const Rule* rule : all_rules()) {
    if (!rule->speaks(dialect_) || ignored_.contains(rule->id)) continue;
    RuleFindings found(input, rule->id, rule->level, findings);
    rule->check(input, found);
  }
  std::ranges::stable_sort(findings, {}, &Finding::line);
  return findings;
}

}  // namespace drydock
