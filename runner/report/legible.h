// Names may hold any character, and on some databases any byte. HTML and XML carry most of them: a control character or
// a broken sequence of UTF-8 would make a whole report unreadable to a strict reader.
#pragma once

#include <string>
#include <string_view>

namespace drydock {

// The text as UTF-8, with U+FFFD for whatever is no UTF-8, no character, or a control character other than tab and the
// ends of lines.
std::string legible(std::string_view bytes);

}  // namespace drydock
