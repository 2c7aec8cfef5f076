// Text for people to read: a name may hold any character, and some would act on a terminal instead of being seen.
#pragma once

#include <string>
#include <string_view>

namespace drydock {

// With control characters (C0, DEL, and C1 in UTF-8) as "\x1b"; line ends and tabs stay. Where `painted` is set, so do
// the sequences that Style makes.
std::string visible(std::string_view text, bool painted);

}  // namespace drydock
