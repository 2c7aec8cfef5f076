// What a rehearsal saw of the statements of one migration, in the words of a finding. Empty where nothing was run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rehearsal/observe/observation.h"
#include "runner/sql/statement_facts.h"

namespace drydock {

// From the first statement of a transaction to the one that is spoken of: a lock is held to the transaction's end.
struct Lines {
  int first = 0, last = 0;
};

class Measured {
 public:
  using RowsByTable = std::vector<std::pair<std::string, std::int64_t>>;

  Measured() = default;
  // REQUIRES: both outlive this object.
  Measured(const ObservedMigration& observed, const RowsByTable& rows) : observed_(&observed), rows_(&rows) {}

  // The table with its schema, where the statement was seen to lock one of that name; else as it is written.
  std::string full_name(Lines lines, const TableName& table) const;
  // "In the rehearsal public.users (120,331 rows) was locked (AccessExclusiveLock) for 1.2 s."; empty where that was
  // not seen.
  std::string sentence(Lines lines, const TableName& table) const;
  // Whether the statement gave a table a new file; nothing where it was not seen.
  std::optional<bool> rewrote(int line) const;
  // Whether it was run, and did not fail.
  bool ran(int line) const;

 private:
  const HeldLock* lock_of(Lines lines, const TableName& table) const;

  const ObservedMigration* observed_ = nullptr;
  const RowsByTable* rows_ = nullptr;
};

}  // namespace drydock
