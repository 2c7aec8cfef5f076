#include "rehearsal/rules/measured.h"

#include <algorithm>

#include "runner/report/quantity.h"

namespace drydock {
namespace {

// "public.users" against users or public.users.
bool is_named(const std::string& object, const TableName& table) {
  if (object == table.text()) return true;
  return table.schema.empty() && object.ends_with("." + table.name) &&
         object.find('.') + 1 + table.name.size() == object.size();
}

}  // namespace

// A statement that takes a lock it has already is seen without one: the lock of the statement that took it tells more.
const HeldLock* Measured::lock_of(Lines lines, const TableName& table) const {
  const HeldLock* strongest = nullptr;
  if (observed_ == nullptr || table.empty()) return strongest;
  for (const ObservedStatement& statement : observed_->statements) {
    if (statement.line < lines.first || statement.line > lines.last) continue;
    for (const HeldLock& lock : statement.locks)
      if (is_named(lock.object, table)) strongest = &lock;
  }
  return strongest;
}

std::string Measured::full_name(Lines lines, const TableName& table) const {
  const HeldLock* lock = lock_of(lines, table);
  return lock != nullptr ? lock->object : table.text();
}

std::string Measured::sentence(Lines lines, const TableName& table) const {
  const HeldLock* lock = lock_of(lines, table);
  if (lock == nullptr) return {};
  const auto rows = std::ranges::find(*rows_, lock->object, &RowsByTable::value_type::first);
  return "In the rehearsal " + lock->object + (rows != rows_->end() ? " (" + count_of(rows->second, "row") + ")" : "") +
         " was locked (" + lock->mode + ") for " + duration_text(lock->held_seconds) + ".";
}

std::optional<bool> Measured::rewrote(int line) const {
  if (observed_ == nullptr) return std::nullopt;
  std::optional<bool> rewrote;
  for (const ObservedStatement& statement : observed_->statements)
    if (statement.line == line) rewrote = rewrote.value_or(false) || !statement.rewrote.empty();
  return rewrote;
}

bool Measured::ran(int line) const {
  return observed_ != nullptr && observed_->error_line != line &&
         std::ranges::find(observed_->statements, line, &ObservedStatement::line) != observed_->statements.end();
}

}  // namespace drydock
