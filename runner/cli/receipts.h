// The receipt of a rehearsal as a file: `rehearse` writes it, `migrate` takes it instead of a shadow of its own.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "rehearsal/receipt.h"
#include "runner/cli/settings.h"
#include "runner/cli/target.h"
#include "runner/cli/terminal.h"

namespace drydock {

// Writes it where the verdict allows the plan. Where it does not, a receipt of an earlier rehearsal that lies there is
// removed: it may be of the same plan, on other rows. Says which. Throws Failure (exit 1) where it cannot.
// REQUIRES: plan.based_on has both fingerprints.
void write_receipt(const std::filesystem::path& file, const Rehearsal& rehearsal, const Plan& plan, Target& target,
                   Terminal& terminal);

// The receipt in `file`, where one was given and it proves this plan on this target; says so, and gives the plan the
// fingerprint of the target's schema. nullopt where a shadow is to be made instead, with a warning where a receipt was
// given. Throws CannotRehearse (exit 7) where the settings accept nothing but a receipt.
std::optional<Receipt> fitting_receipt(const Settings& settings, const std::optional<std::string>& file, Plan& plan,
                                       Target& target, Terminal& terminal);

// Asked again under the lock: another runner may have moved the target on. Throws CannotRehearse.
void require_fitting(const Receipt& receipt, Plan& plan, Target& target);

// As the JSON document of `migrate` has it; null where there is none.
nlohmann::ordered_json receipt_json(const std::optional<Receipt>& receipt);

}  // namespace drydock
