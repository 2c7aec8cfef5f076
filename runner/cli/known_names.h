// Which names a report may show: those that the source or the text of a migration holds. Any other was made by dynamic
// SQL, and may be a value from a row.
#pragma once

#include <set>
#include <string>

#include "rehearsal/shadow/shadow.h"
#include "runner/plan/plan.h"

namespace drydock {

class KnownNames {
 public:
  // REQUIRES: the plan outlives this object.
  KnownNames(const Census& source, const Plan& plan);

  // Names that were there before the plan, as they are shown.
  void add(std::set<std::string> names) { names_.merge(std::move(names)); }
  bool known(const std::string& name) const;
  std::string shown(const std::string& name) const { return name.empty() || known(name) ? name : "'…'"; }

 private:
  const Plan& plan_;
  std::set<std::string> names_;
};

}  // namespace drydock
