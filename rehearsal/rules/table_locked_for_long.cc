// Statements that read or write a whole table, or all its indexes, and let nobody at it meanwhile.
#include <optional>

#include "rehearsal/rules/all_rules.h"

namespace drydock {
namespace {

using Kind = StatementFacts::Kind;

struct Locked {
  std::string message, fix;
};

constexpr const char* all = " anew while it is locked against reads and writes (ACCESS EXCLUSIVE).";

std::string rows_of(const TableName& table) { return table.empty() ? "every table" : "all of " + table.text(); }

Locked by_reindex(const StatementFacts& facts) {
  const std::string indexes = !facts.index.empty()   ? facts.index.text() + " anew while its table is"
                              : facts.object.empty() ? "the indexes of one table after the other anew while it is"
                                                     : "all indexes of " + facts.object.text() + " anew while it is";
  return {"REINDEX builds " + indexes + " locked against writes (SHARE), and queries that want the index wait.",
          "Write REINDEX ... CONCURRENTLY (PostgreSQL 12 and later): drydock runs it outside of a transaction by "
          "itself."};
}

std::optional<Locked> locked_by(const StatementFacts& facts) {
  switch (facts.kind) {
    case Kind::vacuum_full:
      return Locked{
          "VACUUM FULL writes " + rows_of(facts.object) + all,
          "VACUUM without FULL keeps the space for rows to come; pg_repack gives it back beside the traffic."};
    case Kind::cluster:
      return Locked{"CLUSTER writes " + rows_of(facts.object) + all,
                    "pg_repack puts rows in the order of an index beside the traffic."};
    case Kind::reindex:
      return facts.concurrently ? std::nullopt : std::optional(by_reindex(facts));
    case Kind::refresh:
      if (facts.concurrently || !facts.with_data) return std::nullopt;
      return Locked{"REFRESH MATERIALIZED VIEW writes " + rows_of(facts.object) + all,
                    "Give it a unique index over plain columns, and write REFRESH MATERIALIZED VIEW CONCURRENTLY."};
    default:
      return std::nullopt;
  }
}

void check_alter(const RuleInput& input, RuleFindings& findings) {
  for (const auto kind : {AlterAction::Kind::set_logged, AlterAction::Kind::move})
    each_action(input, kind, [&](std::size_t index, const TableName& table, const AlterAction&) {
      findings.add(
          index, table,
          std::string(kind == AlterAction::Kind::move ? "SET TABLESPACE or ACCESS METHOD" : "SET LOGGED or UNLOGGED") +
              " writes all of " + table.text() + all,
          "Do it in a maintenance window; or make a table as wanted, copy the rows in batches while a trigger "
          "keeps it in step, and swap their names.");
    });
}

void check(const RuleInput& input, RuleFindings& findings) {
  for (std::size_t index = 0; index < input.facts.size(); ++index) {
    const StatementFacts& facts = input.facts[index];
    const std::optional<Locked> locked = locked_by(facts);
    if (!locked || input.is_new(facts.object, index)) continue;
    if (!facts.index.empty() && input.known.is_new_index(facts.index, input.first + index)) continue;
    findings.add(index, facts.object.empty() ? facts.index : facts.object, locked->message, locked->fix);
  }
  check_alter(input, findings);
}

}  // namespace

const Rule table_locked_for_long = {"table-locked-for-long", FindingLevel::warning, Rule::Speaks::postgres,
                                    "a whole table is written or indexed anew while it is locked", check};

}  // namespace drydock
