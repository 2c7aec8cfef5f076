// What goes wrong some day by where the data lie: told by every migrate, as one line each.
#pragma once

#include "rehearsal/doctor/check.h"
#include "runner/cli/settings.h"
#include "runner/cli/terminal.h"

namespace drydock {

// A target as the checks see it, before anything is opened.
Patient patient_of(const Settings& settings);

// The cheap checks, on standard error.
void warn_of_place(const Settings& settings, Terminal& terminal);

}  // namespace drydock
