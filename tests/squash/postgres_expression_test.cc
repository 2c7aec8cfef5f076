// A cast of an array and the casts of its elements are one expression.
#include "squash/postgres_expression.h"

#include <doctest/doctest.h>

namespace drydock {
namespace {

TEST_CASE("the cast of an array is written as the casts of its elements") {
  const char* cases[][2] = {
      {"CHECK (((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[])))",
       "CHECK (((a)::text = ANY (ARRAY[('x'::character varying)::text, ('y'::character varying)::text])))"},
      {" (ARRAY[f(a, b), c[1]])::numeric(10,2)[]  AND x",
       " ARRAY[(f(a, b))::numeric(10,2), (c[1])::numeric(10,2)]  AND x"},
      {"(ARRAY['a, ]b'::text])::public.\"Odd [\"[]", "ARRAY[('a, ]b'::text)::public.\"Odd [\"]"},
      {"(ARRAY[g((ARRAY[1, 2])::bigint[])])::text[]", "ARRAY[(g(ARRAY[(1)::bigint, (2)::bigint]))::text]"},
      {"'(ARRAY[1])::text[]'::text", "'(ARRAY[1])::text[]'::text"},
      {"(ARRAY[1, 2])[1]", "(ARRAY[1, 2])[1]"},
      {"ARRAY[1]::text", "ARRAY[1]::text"},
      {"", ""},
  };
  for (const auto& [expression, expected] : cases) CHECK(with_casts_of_elements(expression) == expected);
}

}  // namespace
}  // namespace drydock
