#include "rehearsal/shadow/confinement.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "rehearsal/shadow/child_process.h"

using namespace drydock;

TEST_CASE("without internet sockets a process still reaches what listens on this machine's files") {
  enum Outcome { as_it_should, not_installed, internet, other_error, no_unix };
  ChildProcess child([]() -> int {
    if (!forbid_internet_sockets()) return not_installed;
    for (const int family : {AF_INET, AF_INET6}) {
      if (::socket(family, SOCK_STREAM, 0) >= 0) return internet;
      if (errno != EAFNOSUPPORT) return other_error;
    }
    return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? as_it_should : no_unix;
  });
  CHECK(child.wait() == as_it_should);
}
