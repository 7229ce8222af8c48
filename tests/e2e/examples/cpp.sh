# behaviour 21
# examples/cpp: only the sources that include a changed header are compiled, and an edit reaches
# what its README says.
example=cpp
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/examples/example.bash"
. "$PIPEC_SOURCE_DIR/tests/e2e/images.bash"
take_image cpp

library=(words.library/compile{,#2})    # count.cc, split.cc
tests=(words.cases/compile{,#2,#3})     # count_test.cc, main.cc, split_test.cc
objects=("${library[@]}" words.program/compile "${tests[@]}")
linked=(words.library.archive words.{program,cases} words.test.tested)

pipec 0 check --strict
build 0
expect_executed "${objects[@]}" "${linked[@]}"
expect 'what the program says' '5 the' "$(.pipec/out/words/bin/top-words 1 <test/fable.txt)"
build 0
expect_executed

edit src/count.cc 's/stable_sort/sort/'
build 0
expect_executed words.library/compile "${linked[@]}"
edit src/count.cc '$s/$/ \/\/ the end/'
build 0
expect_executed words.library/compile

# A comment of a header: who includes it is compiled, and nothing else.
edit include/words/split.h 's/in lower case/in small letters/'
build 0
expect_executed words.library/compile#2 words.program/compile words.cases/compile#3
edit include/words/check.h 's/goes on/continues/'
build 0
expect_executed "${tests[@]}"

# A new header might hide one that is further on in the search path.
echo '#pragma once' >include/words/new.h
build 0
expect_executed "${objects[@]}"

edit test/fable.txt '1s/$/ The end./'
edit cpp.pipe "s/'5 the'/'6 the'/"
build 0
expect_executed words.test.tested

build 0 --mode release
expect_executed "${objects[@]}" "${linked[@]}"
build 0
expect_executed
pipec 2 build --mode fast
expect_seen stderr 'one of debug, release'
