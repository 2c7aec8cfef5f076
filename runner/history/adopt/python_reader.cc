#include "runner/history/adopt/python_reader.h"

namespace drydock {

std::string PythonReader::why_not() const {
  return "the migrations of " + std::string(name()) +
         " are Python, which no SQL file can be matched with: go on with it by `drydock migrate -- " + command_ +
         "`, or take over a folder of SQL files that make the same schema by `drydock adopt --at VERSION`";
}

std::vector<std::string> PythonReader::write_back(Database& /*database*/, const ChecksumContext& /*context*/,
                                                  std::span<const ReleasedVersion> /*missing*/,
                                                  const ReleasedVersion& /*newest*/) const {
  throw CannotRelease("its migrations are Python, and only " + std::string(name()) +
                      " itself can say which of them stand for what drydock applied: write them, and run `" + stamp_ +
                      "`");
}

}  // namespace drydock
