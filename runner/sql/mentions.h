// A cheap look for a word in a text of SQL, which strings and comments do not escape: whoever asks must be able to live
// with a false yes, and is told of every true one.
#pragma once

#include <string_view>

namespace drydock {

// Whether the word stands anywhere in the text, whatever the case of its letters (those of ASCII, as SQL's words are).
// REQUIRES: the word is not empty, and in lower case.
bool mentions(std::string_view text, std::string_view word);

// The same, where a word of the text has to begin with it: "temp" in TEMPORARY, and not in attempt.
bool mentions_word_from(std::string_view text, std::string_view beginning);

}  // namespace drydock
