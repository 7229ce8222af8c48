// What differs between two recorded keys, and how to say it.
#include "compiler/plan/action_key.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

namespace pipec::plan {

using base::Field;
using Kind = FieldDifference::Kind;

namespace {
/// The elements of one list (`run[0].arg`), or one field that is no element.
struct Group {
  std::string name;
  std::vector<const Field*> fields;
};
} // namespace

/// `run[0].arg` of `run[0].arg[3]`; a tag that does not end in an index is its own group.
static llvm::StringRef groupName(llvm::StringRef tag) {
  return tag.ends_with("]") ? tag.take_front(tag.rfind('[')) : tag;
}

static std::vector<Group> groupsOf(const std::vector<Field>& fields) {
  std::vector<Group> groups;
  llvm::StringMap<size_t> byName;
  for (const Field& field : fields) {
    auto [found, isNew] = byName.try_emplace(groupName(field.tag), groups.size());
    if (isNew)
      groups.push_back({found->first().str(), {}});
    groups[found->second].fields.push_back(&field);
  }
  return groups;
}

static FieldDifference difference(const Field* before, const Field* after) {
  FieldDifference result;
  result.kind = !before ? Kind::Added : !after ? Kind::Removed : Kind::Changed;
  result.tag = after ? after->tag : before->tag;
  if (before) {
    result.before = before->value;
    result.note = before->note;
  }
  if (after) {
    result.after = after->value;
    if (!after->note.empty())
      result.note = after->note;
  }
  return result;
}

static void compareGroup(llvm::ArrayRef<const Field*> before, llvm::ArrayRef<const Field*> after,
                         std::vector<FieldDifference>& out) {
  while (!before.empty() && !after.empty() && before.front()->value == after.front()->value) {
    before = before.drop_front();
    after = after.drop_front();
  }
  while (!before.empty() && !after.empty() && before.back()->value == after.back()->value) {
    before = before.drop_back();
    after = after.drop_back();
  }
  for (size_t i = 0; i < std::max(before.size(), after.size()); ++i)
    out.push_back(
        difference(i < before.size() ? before[i] : nullptr, i < after.size() ? after[i] : nullptr));
}

/// Contents are known by what people call them: one more file in the middle of a list is that file,
/// whatever the others are now numbered. nullopt: some have no name, or the names do not tell all.
static std::optional<std::vector<FieldDifference>>
compareByName(llvm::ArrayRef<const Field*> before, llvm::ArrayRef<const Field*> after) {
  llvm::StringMap<const Field*> old;
  for (const Field* field : before)
    if (field->note.empty() || !old.try_emplace(field->note, field).second)
      return std::nullopt;
  std::vector<FieldDifference> differences;
  std::vector<const Field*> added;
  llvm::StringMap<bool> seen;
  for (const Field* field : after) {
    if (field->note.empty() || !seen.try_emplace(field->note, true).second)
      return std::nullopt;
    auto known = old.find(field->note);
    if (known == old.end())
      added.push_back(field);
    else if (known->second->value != field->value)
      differences.push_back(difference(known->second, field));
  }
  std::vector<const Field*> removed;
  for (const Field* field : before)
    if (!seen.contains(field->note))
      removed.push_back(field);
  // The same content under a new name is one difference.
  for (const Field* field : added) {
    auto moved = llvm::find_if(removed, [&](const Field* gone) {
      return llvm::StringRef(gone->value).take_front(34) ==
             llvm::StringRef(field->value).take_front(34);
    });
    bool isMoved = moved != removed.end();
    differences.push_back(difference(isMoved ? *moved : nullptr, field));
    if (isMoved)
      removed.erase(moved);
  }
  for (const Field* field : removed)
    differences.push_back(difference(field, nullptr));
  if (differences.empty() && !llvm::equal(before, after, [](const Field* a, const Field* b) {
        return a->value == b->value;
      }))
    return std::nullopt; // another order
  return differences;
}

static bool isDigest(llvm::StringRef text) {
  return base::Digest::fromName(text) || base::Sha256::fromHex(text);
}

/// The digest in a content field `f DIGEST NAME`, or what stands in its place.
static llvm::StringRef digestIn(llvm::StringRef value) {
  return value.size() > 2 && value[1] == ' ' ? value.drop_front(2).split(' ').first
                                             : llvm::StringRef();
}

/// The kind and digest of a content field, without the name it has as an input.
static llvm::StringRef contentOf(llvm::StringRef value) {
  return value.take_front(2 + digestIn(value).size());
}

/// A subject that is mentioned is an input as well: its change is said once.
static void dropRepeatedSubject(std::vector<FieldDifference>& differences) {
  llvm::erase_if(differences, [&](const FieldDifference& subject) {
    return subject.tag == "subject" && llvm::any_of(differences, [&](const FieldDifference& input) {
             return llvm::StringRef(input.tag).starts_with("input[") &&
                    contentOf(input.before) == contentOf(subject.before) &&
                    contentOf(input.after) == contentOf(subject.after);
           });
  });
}

static bool isContentTag(llvm::StringRef tag) {
  return tag.starts_with("input[") || tag.starts_with("pool[") || tag.starts_with("read.") ||
         tag == "work" || tag == "image" || tag == "subject";
}

/// A command's text without the numbers of what it refers to, and with each run of references cut
/// to one: what is left of it when only the number of inputs differs.
static std::string withoutReferences(llvm::StringRef text) {
  static constexpr llvm::StringLiteral Holes[] = {"${__", "${in:", "${text:"};
  std::string result;
  while (!text.empty()) {
    auto hole =
        llvm::find_if(Holes, [&](llvm::StringRef start) { return text.starts_with(start); });
    if (hole == std::end(Holes)) {
      result += text.front();
      text = text.drop_front();
      continue;
    }
    text = text.drop_front(hole->size()).drop_while([](char c) { return c != '}'; }).drop_front();
    result += "${}";
    for (llvm::StringRef repeated : {"\"${}\" \"${}", "${} ${}"})
      if (llvm::StringRef(result).ends_with(repeated))
        result.resize(result.size() - (repeated.size() - repeated.find('}') - 1));
  }
  return result;
}

static bool isReference(llvm::StringRef value) {
  return value.empty() || withoutReferences(value) == "${}";
}

/// A command that names one input more is another command, but not by anybody's edit: the input is
/// what there is to say.
static void dropWhatFollows(std::vector<FieldDifference>& differences) {
  bool countDiffers = llvm::any_of(differences, [](const FieldDifference& difference) {
    return difference.kind != Kind::Changed && isContentTag(difference.tag);
  });
  if (!countDiffers)
    return;
  llvm::erase_if(differences, [](const FieldDifference& difference) {
    llvm::StringRef tag = difference.tag;
    if (!tag.starts_with("run["))
      return false;
    if (tag.ends_with(".script") || difference.kind == Kind::Changed)
      return withoutReferences(difference.before) == withoutReferences(difference.after);
    return isReference(difference.before) && isReference(difference.after);
  });
}

std::vector<FieldDifference> compareFields(const std::vector<Field>& before,
                                           const std::vector<Field>& after) {
  std::vector<Group> oldGroups = groupsOf(before), newGroups = groupsOf(after);
  llvm::StringMap<const Group*> oldByName;
  for (const Group& group : oldGroups)
    oldByName[group.name] = &group;
  std::vector<FieldDifference> differences;
  for (const Group& group : newGroups) {
    const Group* old = oldByName.lookup(group.name);
    auto byName = old && isContentTag(group.fields.front()->tag)
                      ? compareByName(old->fields, group.fields)
                      : std::nullopt;
    if (byName)
      llvm::append_range(differences, *byName);
    else
      compareGroup(old ? llvm::ArrayRef(old->fields) : llvm::ArrayRef<const Field*>(), group.fields,
                   differences);
    oldByName.erase(group.name);
  }
  for (const Group& group : oldGroups)
    if (oldByName.contains(group.name))
      compareGroup(group.fields, {}, differences);
  dropRepeatedSubject(differences);
  dropWhatFollows(differences);
  // Files first: where a command differs as well, that often follows from them.
  std::stable_partition(differences.begin(), differences.end(),
                        [](const FieldDifference& d) { return isContentTag(d.tag); });
  return differences;
}

// ---- in words -----------------------------------------------------------------

/// What the field is called: "input 2", "run[0] argument 3", "env.FOO".
static std::string subjectOf(llvm::StringRef tag) {
  llvm::StringRef list = groupName(tag);
  llvm::StringRef number = tag.drop_front(list.size()).trim("[]");
  auto [owner, part] = list.rsplit('.');
  if (part == "arg")
    return (owner + " argument " + number).str();
  if (part == "value")
    return (owner + " value `$__" + number + "`").str();
  if (list == "input" || list == "deployment")
    return (list + " " + number).str();
  if (tag.ends_with(".script"))
    return (tag.drop_back(strlen(".script")) + " script").str();
  if (tag.consume_front("tool."))
    return ("the tool `" + tag + "`").str();
  if (tag.consume_front("output."))
    return ("output `" + tag + "`").str();
  if (tag.consume_front("secret.") || tag.consume_front("secret_file."))
    return ("the secret in `" + tag + "`").str();
  if (tag.consume_front("network."))
    return ("the network variable `" + tag + "`").str();
  if (tag.consume_front("secret_version."))
    return ("the version of secret `" + tag + "`").str();
  if (list == "pool")
    return "the names in";
  if (tag == "root")
    return "what is installed in the root";
  return tag.str();
}

/// Digests cut to what people compare; everything else in back-quotes, and long text cut.
static std::string shown(llvm::StringRef value) {
  if (isDigest(value))
    return value.take_front(12).str();
  if (isDigest(digestIn(value)))
    return digestIn(value).take_front(12).str();
  static constexpr size_t Longest = 80;
  std::string text = value.take_front(Longest).str();
  if (value.size() > Longest)
    text += "…";
  std::string escaped;
  for (char c : text)
    c == '\n' ? escaped += "\\n" : escaped += c;
  return "`" + escaped + "`";
}

/// Scripts are long: the first line that differs says more than the whole.
static std::string scriptChange(llvm::StringRef before, llvm::StringRef after) {
  for (unsigned line = 1;; ++line) {
    auto [oldLine, oldRest] = before.split('\n');
    auto [newLine, newRest] = after.split('\n');
    if (oldLine != newLine || (oldRest.empty() && newRest.empty()))
      return "changed in line " + llvm::utostr(line) + ": " + shown(oldLine.trim()) + " → " +
             shown(newLine.trim());
    before = oldRest;
    after = newRest;
  }
}

/// The same content under another kind or name; empty if the content differs.
static std::string contentStays(llvm::StringRef before, llvm::StringRef after) {
  if (!isDigest(digestIn(before)) || digestIn(before) != digestIn(after))
    return {};
  if (before.front() == 'f' && after.front() == 'x')
    return "became executable";
  if (before.front() == 'x' && after.front() == 'f')
    return "is no longer executable";
  size_t namePlace = contentOf(before).size();
  llvm::StringRef oldName = before.drop_front(namePlace).trim(),
                  newName = after.drop_front(namePlace).trim();
  if (oldName == newName)
    return {};
  return ("was called `" + oldName + "`, is called `" + newName + "`").str();
}

static std::string readChange(const FieldDifference& difference) {
  switch (difference.kind) {
  case Kind::Added:
    return "is read now";
  case Kind::Removed:
    return "is no longer read";
  case Kind::Changed:
    break;
  }
  std::string stays = contentStays(difference.before, difference.after);
  return stays.empty() ? "changed: " + shown(difference.before) + " → " + shown(difference.after)
                       : stays;
}

std::string describe(const FieldDifference& difference) {
  llvm::StringRef tag = difference.tag;
  // What was read of a pool is known by its path.
  if (tag.starts_with("read."))
    return "`" + difference.note + "` " + readChange(difference);
  std::string text = subjectOf(tag);
  bool isContent = isContentTag(tag);
  if (isContent && !difference.note.empty())
    text += " `" + difference.note + "`";
  text += ' ';
  switch (difference.kind) {
  case Kind::Added:
    return text + "added: " + shown(difference.after);
  case Kind::Removed:
    return text + "removed, was " + shown(difference.before);
  case Kind::Changed:
    break;
  }
  if (tag.ends_with(".script"))
    return text + scriptChange(difference.before, difference.after);
  std::string stays = isContent ? contentStays(difference.before, difference.after) : std::string();
  if (!stays.empty())
    return text + stays;
  return text + "changed: " + shown(difference.before) + " → " + shown(difference.after);
}

} // namespace pipec::plan
