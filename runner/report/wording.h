// The sentences that more than one report says, so that they speak with one voice.
#pragma once

#include <string>
#include <vector>

#include "runner/report/document.h"

namespace drydock {

// "3 rows", "3 values", or why it was not measured.
std::string extent_of(const ReportedLoss& loss);
// "0002_drop_legacy.sql:4", the file alone, or "the command alembic".
std::string place_of(const ReportedMigration& migration, int line);
// "table-dropped public.legacy: 3 rows".
std::string loss_phrase(const ReportedLoss& loss);
// "warning index-not-concurrent at 0004_index.sql:2: ...", without what to do about it.
std::string finding_sentence(const ReportedMigration& migration, const ReportedFinding& finding);
// What became of the undo; "" where it was not asked for.
std::string undo_sentence(const ReportedMigration& migration);
// Where a consent for its losses has to stand.
std::string consents_place_of(const ReportedMigration& migration);
// What the verdict means for the plan, and what to do next: one sentence or two.
std::string conclusion_of(const Document& document);
// Where the shadow came from; where it lay, and that it is gone. REQUIRES: there was one.
std::string clone_sentence(const Document& document);
std::string place_sentence(const Document& document);
// Versions of the plan that were not run, since one before them failed; as text: "0003, 0004", empty for none.
std::vector<std::string> versions_not_run_in(const Document& document);
std::string not_run_in(const Document& document);

}  // namespace drydock
