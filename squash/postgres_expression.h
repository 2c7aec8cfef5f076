// The server writes most expressions the same after it has read them back, but not this one: a cast of a whole array,
// as `a IN ('x', 'y')` on a varchar column makes it, is read back as casts of its elements.
#pragma once

#include <string>

namespace drydock {

// (ARRAY[a, b])::text[] as ARRAY[(a)::text, (b)::text], wherever it stands; anything else as it is.
// REQUIRES: `expression` is as the server writes it.
std::string with_casts_of_elements(const std::string& expression);

}  // namespace drydock
