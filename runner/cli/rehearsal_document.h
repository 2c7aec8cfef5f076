// A rehearsal, or what the guard refused, as the neutral document that every report is written from.
#pragma once

#include "rehearsal/rehearse.h"
#include "runner/report/document.h"

namespace drydock {

// The names of locks, rewrites and findings are shown only where the source or the text of a migration holds them: a
// name that dynamic SQL made may be a value.
Document document_of(const Rehearsal& rehearsal, const Plan& plan);

// One migration that the guard judged on the target, with its losses.
ReportedMigration reported(const JudgedMigration& judged);

}  // namespace drydock
