// What a person sees while migrations run: a line for each that is done, a live line for a statement that takes long.
#pragma once

#include <string>
#include <vector>

#include "runner/apply/apply.h"
#include "runner/cli/terminal.h"

namespace drydock {

class ApplyProgress final : public ProgressListener {
 public:
  enum class Where { shadow, target };
  ApplyProgress(Terminal& terminal, Where where) : terminal_(terminal), where_(where) {}

  void migration_begins(const Step& step, std::size_t index, std::size_t count) override;
  void migration_done(const Step& step, double seconds) override;
  void statement_runs(const Step& step, const Statement& statement, double seconds, const std::string& waits) override;
  void lock_retry(const Step& step, int attempt, std::chrono::milliseconds pause, const std::string& blockers) override;

  // The ids of the migrations that are done, in their order.
  const std::vector<std::string>& done() const { return done_; }

 private:
  std::vector<std::string> done_;
  Terminal& terminal_;
  Where where_;
};

// "0002 drop_legacy"; a repeatable one by its id alone.
std::string title_of(const Migration& migration);

}  // namespace drydock
