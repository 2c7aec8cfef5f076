// Every RoleSpec of the parse tree, found by the tree's own description of itself, and the few places where the grammar
// keeps a role's name as an ordinary string.
//
// Compiles with the grammars of libpg_query 15 to 17.
#include <algorithm>
#include <array>

#include "runner/sql/lexer.h"
#include "runner/sql/postgres_tree.h"
#include "runner/sql/roles.h"

namespace drydock {
namespace {

void add(std::vector<std::string>& names, const char* name) {
  if (name != nullptr && *name != '\0' && std::ranges::find(names, name) == names.end()) names.emplace_back(name);
}

// Strings that name roles: the granted ones of GRANT a TO b, SET ROLE a, COMMENT ON ROLE a, and CREATE ROLE a itself.
void read_strings(const ProtobufCMessage* message, RoleNames& names) {
  if (message->descriptor == &pg_query__create_role_stmt__descriptor) {
    add(names.created, reinterpret_cast<const PgQuery__CreateRoleStmt*>(message)->role);
  } else if (message->descriptor == &pg_query__grant_role_stmt__descriptor) {
    const auto* grant = reinterpret_cast<const PgQuery__GrantRoleStmt*>(message);
    for (std::size_t i = 0; i < grant->n_granted_roles; ++i) {
      const PgQuery__Node* role = grant->granted_roles[i];
      if (role->node_case == PG_QUERY__NODE__NODE_ACCESS_PRIV) add(names.named, role->access_priv->priv_name);
    }
  } else if (message->descriptor == &pg_query__variable_set_stmt__descriptor) {
    const auto* set = reinterpret_cast<const PgQuery__VariableSetStmt*>(message);
    const std::string_view variable = set->name;
    const bool is_role = variable == "role" || variable == "session_authorization";
    if (!is_role || set->n_args != 1 || set->args[0]->node_case != PG_QUERY__NODE__NODE_A_CONST) return;
    const PgQuery__AConst& value = *set->args[0]->a_const;
    if (value.val_case == PG_QUERY__A__CONST__VAL_SVAL && std::string_view(value.sval->sval) != "none")
      add(names.named, value.sval->sval);
  } else if (message->descriptor == &pg_query__comment_stmt__descriptor) {
    const auto* comment = reinterpret_cast<const PgQuery__CommentStmt*>(message);
    if (comment->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_ROLE &&
        comment->object->node_case == PG_QUERY__NODE__NODE_STRING)
      add(names.named, comment->object->string->sval);
  }
}

void read_message(const ProtobufCMessage* message, RoleNames& names);

void read_field(const ProtobufCMessage* message, const ProtobufCFieldDescriptor& field, RoleNames& names) {
  const char* base = reinterpret_cast<const char*>(message);
  const bool is_one_of = (field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
  if (is_one_of && *reinterpret_cast<const std::uint32_t*>(base + field.quantifier_offset) != field.id) return;
  if (field.label == PROTOBUF_C_LABEL_REPEATED) {
    const std::size_t count = *reinterpret_cast<const std::size_t*>(base + field.quantifier_offset);
    auto* const* items = *reinterpret_cast<ProtobufCMessage* const* const*>(base + field.offset);
    for (std::size_t i = 0; i < count; ++i) read_message(items[i], names);
    return;
  }
  const auto* child = *reinterpret_cast<ProtobufCMessage* const*>(base + field.offset);
  const bool is_owner = std::string_view(field.name) == "newowner" && child != nullptr;
  if (is_owner) add(names.owners, reinterpret_cast<const PgQuery__RoleSpec*>(child)->rolename);
  read_message(child, names);
}

void read_message(const ProtobufCMessage* message, RoleNames& names) {
  if (message == nullptr) return;
  if (message->descriptor == &pg_query__role_spec__descriptor) {
    const auto* role = reinterpret_cast<const PgQuery__RoleSpec*>(message);
    if (role->roletype == PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CSTRING) add(names.named, role->rolename);
    return;
  }
  read_strings(message, names);
  for (unsigned i = 0; i < message->descriptor->n_fields; ++i) {
    const ProtobufCFieldDescriptor& field = message->descriptor->fields[i];
    if (field.type == PROTOBUF_C_TYPE_MESSAGE) read_field(message, field, names);
  }
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  std::string upper(word);
  std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return std::toupper(c); });
  return std::ranges::find(words, upper) != words.end();
}

// What names roles in a query or in rows is not worth a tree.
bool may_name_roles(const Statement& statement) {
  return !is_one_of(statement.traits.tag, {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "VALUES"});
}

// Longer ones could be deeper than 8 MiB of stack; a role that only such a statement names is missed at the replay.
bool read_text(const std::string& text, RoleNames& names) {
  constexpr std::size_t most_tokens = 4000;
  if (tokenize(text, Dialect::postgres).size() > most_tokens) return false;
  const PostgresTree tree = parse_postgres(text);
  if (tree == nullptr) return false;
  read_message(&tree->base, names);
  return true;
}

// From each word that begins such a statement up to the semicolon: IF, LOOP and EXCEPTION stand before some.
void read_block(std::string_view body, RoleNames& names) {
  const std::vector<Token> tokens = tokenize(body, Dialect::postgres);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_one_of(tokens[i].text, {"CREATE", "ALTER", "GRANT", "REVOKE", "SET", "REASSIGN", "DROP"})) continue;
    const auto end = std::find_if(tokens.begin() + static_cast<std::ptrdiff_t>(i), tokens.end(),
                                  [](const Token& token) { return token.text == ";"; });
    const std::size_t stop = end == tokens.end() ? body.size() : end->offset;
    if (read_text(std::string(body.substr(tokens[i].offset, stop - tokens[i].offset)), names))
      i = static_cast<std::size_t>(end - tokens.begin()) - (end == tokens.end() ? 1 : 0);
  }
}

std::string_view without_dollars(std::string_view literal) {
  if (!literal.starts_with("$")) return {};
  const std::size_t tag = literal.find('$', 1) + 1;
  return literal.size() < 2 * tag ? std::string_view() : literal.substr(tag, literal.size() - 2 * tag);
}

}  // namespace

RoleNames role_names(const Statement& statement) {
  RoleNames names;
  if (!may_name_roles(statement)) return names;
  if (statement.traits.tag == "DO") {
    for (const Token& token : tokenize(statement.text, Dialect::postgres)) {
      if (token.kind == Token::Kind::string) read_block(without_dollars(token.text), names);
    }
    return names;
  }
  read_text(statement.text, names);
  return names;
}

}  // namespace drydock
