#include "runner/report/document.h"

namespace drydock {

std::size_t Document::losses_without_consent() const {
  std::size_t count = 0;
  for (const ReportedMigration& migration : migrations)
    for (const ReportedLoss& loss : migration.losses) count += loss.consented ? 0 : 1;
  return count;
}

}  // namespace drydock
