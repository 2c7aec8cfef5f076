// One question that `doctor` asks about a target: where its files lie, who it is, what a rehearsal will miss. A check
// only looks. One file each; all_checks.cc lists them.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/shadow/shadow.h"
#include "runner/database/database.h"
#include "runner/history/history.h"

namespace drydock {

struct Symptom {
  enum class Level {
    note,     // good to know
    warning,  // goes wrong some day
    error,    // a command that changes the target will be refused for it
  };
  Level level = Level::warning;
  std::string check;    // the name of the check; set by look()
  std::string message;  // what is wrong and what may come of it
  std::string remedy;   // the command or setting that mends it
};

// What the checks go by. Plain data, but for the session.
struct Patient {
  DatabaseUrl url;
  Database* database = nullptr;  // nullptr: not opened, or a SQLite file that is not there
  TargetState state = {};
  std::string environment = "development";
  bool is_protected = false;
  bool has_direct_database = false;
  CloneRequest clone;                                            // as a rehearsal would ask for a shadow
  std::string provider = {};                                     // "": the first that can
  std::optional<std::chrono::milliseconds> backup_max_age = {};  // [policy] backup
  bool needs_shadow = true;                                      // environments.NAME.rehearsal is `required`

  bool is_postgres() const { return url.dialect() == Dialect::postgres; }
  // Where rows are somebody's work: neither development nor test.
  bool is_serious() const { return is_protected || (environment != "development" && environment != "test"); }
};

class Check {
 public:
  virtual ~Check() = default;
  virtual std::string_view name() const = 0;
  // Looks at files alone, and costs next to nothing: it is made in every migrate.
  virtual bool is_cheap() const { return false; }
  // Throws DatabaseError where the server does not answer a question.
  virtual std::vector<Symptom> look(const Patient& patient) const = 0;
};

// In the order in which they are told.
const std::vector<std::unique_ptr<Check>>& all_checks();

// All of them, or the cheap ones. What a check could not find out is a finding of its own.
enum class Checks { all, cheap };
std::vector<Symptom> examine(const Patient& patient, Checks which);

}  // namespace drydock
