// A plan as JSON: what `plan --json` prints and a hook reads.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "runner/database/url.h"
#include "runner/plan/plan.h"

namespace drydock {

// "schema": "drydock.plan/1".
nlohmann::ordered_json plan_document(const Plan& plan, const DatabaseUrl& database);

// The statement that opens the part's transaction.
std::string begin_of(const Part& part, Dialect dialect);

}  // namespace drydock
