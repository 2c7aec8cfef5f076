// What an observer saw while a plan ran: plain data, from which verdict.h judges.
#pragma once

#include <string>
#include <vector>

#include "runner/apply/apply.h"
#include "runner/migration/loss.h"

namespace drydock {

struct HeldLock {
  std::string object, mode;
  double held_seconds = 0;
};

struct ObservedStatement {
  int line = 0;
  double seconds = 0;
  std::int64_t rows = 0, wal_bytes = 0;
  std::vector<HeldLock> locks;
  std::vector<std::string> rewrote;
};

struct Finding {
  std::string rule, level, object, message, fix;
  int line = 0;
};

struct ObservedMigration {
  std::string id, name, file, checksum;
  std::vector<Loss> losses;  // of all its parts, each judged by itself
  std::vector<Finding> findings;
  std::vector<ObservedStatement> statements;
  double seconds = 0;
  // What failed, without values; empty where it ran to its end. A failed migration has no losses of its own.
  std::string error;
  int error_line = 0;
  std::string sqlstate;
  ErrorObjects failed_on;  // that may be shown
};

struct Observation {
  std::vector<ObservedMigration> migrations;  // those that were run, the failed one last
};

}  // namespace drydock
