# behaviour 23
# The edits that a message proposes for an undeclared read are places of the `.pipe` files, and made
# as they stand they are right.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

# make_edits: makes the edits of the last failure; the last of them is one of the command.
make_edits() {
  local edit file line text name
  while IFS= read -r edit; do
    file=${edit%%:*} edit=${edit#*:}
    line=${edit%%:*} text=${edit#*: }
    if [[ $text == *' where it says '* ]]; then
      text=${text//\`/}
      sed -i "${line}s|${text#* where it says }|${text%% where it says *}|" "$file"
    else
      text=${text//\`/} name=${text%%(*}
      sed -i "${line}s|$name(.*)|${text//&/\\&}|" "$file"
    fi
  done < <(json '.nodes[] | select(.failure).failure.edits[]')
}

# A file of the repository, from a module in a folder that takes its rules from another one.
mkdir ci rules notes
cat >rules/show.pipe <<'END'
// build show(this is none)
pub build show(src: File, text: String = "a)b") -> File {
  env = ["TEXT": text]
  run ["test", "-n", "x"]
  run sh"cat ${src} ../../notes/secret-notes.txt > ${out}"
}
END
cat >ci/p.pipe <<'END'
use "../rules/show.pipe" as rules
pipeline p() {
  let seen = rules.show(file("a.txt"), text = "${1 + 2})")
  out seen = seen
}
END
echo a >ci/a.txt
echo notes >notes/secret-notes.txt
sed -i 's|../../notes|notes|' rules/show.pipe
pipec 1 build ci/p.pipe --format json
expect 'the edits' 'rules/show.pipe:2: `show(src: File, text: String = "a)b", secret_notes: File)`
ci/p.pipe:3: `show(file("a.txt"), text = "${1 + 2})", secret_notes = file("../notes/secret-notes.txt"))`
rules/show.pipe:5: `${secret_notes}` where it says `notes/secret-notes.txt`' "$(json '.nodes[].failure.edits[]')"
make_edits
pipec 0 build ci/p.pipe
expect 'what it saw' 'a
notes' "$(cat .pipec/out/p/seen)"

# Another step's output, and a call over several lines.
cat >p.pipe <<'END'
build make(src: File) -> File {
  out = "made.txt"
  run ["cp", src, out]
}
build steal(
  src: File,
) -> File { run sh"cat ${src} made.txt > ${out}" }
pipeline p() {
  let first = make(file("ci/a.txt"))
  let stolen = steal(file("ci/a.txt"))
}
END
pipec 1 build p --format json
expect 'the edits' 'p.pipe:5: `steal(src: File, made: File)`
p.pipe:10: `steal(file("ci/a.txt"), made = first)`
p.pipe:7: `${made}` where it says `made.txt`' "$(json '.nodes[] | select(.failure).failure.edits[]')"
pipec 1 build p
expect_seen stderr '^   = edit: p\.pipe:10: `steal\(file\("ci/a\.txt"\), made = first\)`$'
