// Names may hold any character, and on some databases any byte. HTML and XML carry most of them: a control character or
// a broken sequence of UTF-8 would make a whole report unreadable to a strict reader. A terminal would act on some.
#pragma once

#include <string>
#include <string_view>

namespace drydock {

// The text as UTF-8, with U+FFFD for whatever is no UTF-8, no character, or a control character other than tab and the
// ends of lines.
std::string legible(std::string_view bytes);

// For a terminal or a pipe: with control characters (C0, DEL, and C1 in UTF-8) as "\x1b"; line ends and tabs stay.
// Where `painted` is set, so do the sequences that Style makes.
std::string visible(std::string_view text, bool painted);

}  // namespace drydock
