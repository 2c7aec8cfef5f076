// Points in time as reports and records write them, and the time between two as people say it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace drydock {

using Moment = std::chrono::sys_seconds;

Moment now();
// "2026-11-25T09:40:00Z".
std::string iso_of(Moment moment);
// The same text, also with a blank for the T, a fraction of a second and without the Z. nullopt for any other.
std::optional<Moment> moment_of(std::string_view iso);
// "2026-11-25 09:40:00", as a program of this machine wrote it in this machine's time zone.
std::optional<Moment> moment_of_local(std::string_view text);

// "40 s", "25 min", "7 h", "3 days".
std::string age_text(std::chrono::seconds age);

}  // namespace drydock
