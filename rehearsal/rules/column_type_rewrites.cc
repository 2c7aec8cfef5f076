// ALTER COLUMN ... TYPE writes the table anew under ACCESS EXCLUSIVE, unless the stored bytes can stay: varchar(n) to a
// wider one or to text, numeric(p,s) to a wider p. Where the type before is not known, only types to which hardly any
// other is stored alike are told; in a rehearsal it was seen whether the table was written.
#include "rehearsal/rules/all_rules.h"

#include <algorithm>
#include <array>

namespace drydock {
namespace {

enum class Rewrites { no, yes, unknown };

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

// Stored in a way of their own: bytes of another type never stay.
constexpr std::string_view of_their_own[] = {"int2", "int4",   "int8",  "float4",   "float8",  "bool",
                                             "date", "json",   "jsonb", "uuid",     "bytea",   "bpchar",
                                             "time", "timetz", "money", "interval", "tsvector"};
constexpr std::string_view texts[] = {"text", "varchar", "citext"};
constexpr std::string_view times[] = {"timestamp", "timestamptz"};

std::string stored_as(const std::string& name) {
  if (name == "serial" || name == "serial4") return "int4";
  if (name == "bigserial" || name == "serial8") return "int8";
  if (name == "smallserial" || name == "serial2") return "int2";
  return name;
}

bool is_known(const std::string& name) {
  return is_one_of(name, of_their_own) || is_one_of(name, texts) || is_one_of(name, times) || name == "numeric";
}

// Of one type: whether every value of the old one fits into the new one as it is.
Rewrites by_modifiers(const TypeFacts& from, const TypeFacts& to) {
  if (to.modifiers == from.modifiers) return Rewrites::no;
  const std::string& name = to.name;
  const bool grows = name == "varchar" || is_one_of(name, times) || name == "numeric" || name == "time" ||
                     name == "timetz" || name == "varbit";
  if (name == "bpchar") return Rewrites::yes;
  if (!grows) return Rewrites::unknown;
  if (to.modifiers.empty()) return Rewrites::no;
  if (from.modifiers.empty()) return Rewrites::yes;
  const auto scale = [](const TypeFacts& type) { return type.modifiers.size() > 1 ? type.modifiers[1] : 0; };
  const bool same_scale = name != "numeric" || scale(from) == scale(to);
  return same_scale && to.modifiers[0] >= from.modifiers[0] ? Rewrites::no : Rewrites::yes;
}

Rewrites by_types(const TypeFacts& from, const TypeFacts& to) {
  const std::string old = stored_as(from.name);
  if (from.array != to.array) return Rewrites::yes;
  if (old == to.name) return by_modifiers(from, to);
  if (from.array || !is_known(old) || !is_known(to.name)) return Rewrites::unknown;
  // Since version 12 the bytes stay where the session's time zone is UTC.
  if (is_one_of(old, times) && is_one_of(to.name, times)) return Rewrites::unknown;
  if (is_one_of(old, texts) && is_one_of(to.name, texts)) return to.modifiers.empty() ? Rewrites::no : Rewrites::yes;
  return Rewrites::yes;
}

Rewrites by_text(const RuleInput& input, std::size_t index, const TableName& table, const AlterAction& action) {
  if (action.by == AlterAction::Using::expression) return Rewrites::yes;
  const KnownSchema::Position at = input.first + index;
  const TypeFacts& to = action.column.type;
  const TypeFacts* from = input.known.type_of(table, action.name, at);
  // Made in this deployment, it is no old column's type, whatever was called so before.
  if (input.known.is_new_type({"", to.name.substr(to.name.rfind('.') + 1)}, at)) return Rewrites::yes;
  if (input.known.is_enum(to.name, at)) return from == nullptr || from->name != to.name ? Rewrites::yes : Rewrites::no;
  if (from != nullptr && input.known.is_enum(from->name, at)) return Rewrites::yes;
  if (from != nullptr) return by_types(*from, to);
  return !to.array && is_one_of(to.name, of_their_own) ? Rewrites::yes : Rewrites::unknown;
}

void check(const RuleInput& input, RuleFindings& findings) {
  each_action(
      input, AlterAction::Kind::set_type, [&](std::size_t index, const TableName& table, const AlterAction& action) {
        const Rewrites by = by_text(input, index, table, action);
        const std::optional<bool> seen = input.measured.rewrote(input.line(index));
        if (by == Rewrites::no || (by == Rewrites::unknown && !seen) || !seen.value_or(true)) return;
        findings.add(index, table, action.name,
                     "ALTER COLUMN ... TYPE writes all of " + table.text() +
                         " and its indexes anew while it is locked against reads and writes (ACCESS EXCLUSIVE).",
                     "Add a column of the new type, keep it in step by a trigger, fill it in batches, and let "
                     "code change over to it; drop the old column in a later deployment.");
      });
}

}  // namespace

const Rule column_type_rewrites = {"column-type-rewrites", FindingLevel::warning, Rule::Speaks::postgres,
                                   "a change of a column's type writes the table anew while it is locked", check};

}  // namespace drydock
