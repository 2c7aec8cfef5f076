// What a run over many databases came to: a table for people, one document for programs.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "runner/cli/many_run.h"
#include "runner/report/style.h"

namespace drydock {

// What one command's document tells, in the words of the table.
struct ManyWords {
  std::string result;                 // "applied", "2 pending", ...
  std::vector<std::string> versions;  // applied by it, or pending
};

// How one command speaks of many.
struct ManyCommand {
  std::string name;    // "migrate"
  std::string column;  // over the number of versions: "applied"
  std::function<ManyWords(const nlohmann::ordered_json& document)> read;
};

// Why it failed, in the words of its document or of what it said; "" where it did not.
std::string why_failed(const ManyOutcome& outcome);
// "applied", "nothing-pending", "refused", "failed", "not-started" ...
std::string result_of(const ManyOutcome& outcome, const ManyCommand& command);

std::string table_of(const std::vector<ManyOutcome>& outcomes, const ManyCommand& command, Style style);
// "schema": "drydock.NAME-many/1".
nlohmann::ordered_json document_of(const std::vector<ManyOutcome>& outcomes, const ManyCommand& command, ExitCode code);

}  // namespace drydock
