// The policy that a run goes by: what drydock.toml asks for, and no less than the minimum in the database's stamp.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "runner/cli/settings.h"
#include "runner/cli/terminal.h"
#include "runner/history/history.h"

namespace drydock {

// What drydock.toml asks for in the environment at hand.
Policy policy_of(const Settings& settings);

// Makes the settings as strict as the stamp. Where drydock.toml asks for less, one line on standard error says so.
void hold_to_policy(Settings& settings, const TargetState& target, Terminal& terminal);

// The policy may have been tightened while this run waited or rehearsed: throws Failure (exit 4).
void require_policy_is_held(const Settings& settings, const TargetState& target);

// {"protected", "rehearsal", "backup": {"max_age_seconds", "min_rows"}}
nlohmann::ordered_json policy_json(const Policy& policy);

// --no-rehearsal in a protected environment: throws Failure (exit 2).
void require_rehearsal_may_be_left_out(bool no_rehearsal, const Settings& settings);

}  // namespace drydock
