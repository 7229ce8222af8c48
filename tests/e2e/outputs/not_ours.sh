# behaviour 35
# Removing the outputs of a step that is gone never deletes what pipec did not make, nor a file that
# is a source.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lib.bash"

cat >p.pipe <<'END'
build tree_of(src: Dir) -> Dir { run sh"cp -R ${src} ${out}; mkdir -p ${out}/made; touch ${out}/made/x" }
pipeline p() {
  let copied = tree_of(dir("src"))
  out copied = copied
  out linked = copied
}
END
mkdir -p src/sub
echo source >src/a
echo source >src/sub/b
pipec 0 build p
kept=.pipec/out/p
echo mine >$kept/copied/sub/mine
echo mine >$kept/notes
rm -r $kept/linked $kept/copied/made
ln -s "$PWD/src" $kept/linked          # where pipec made a folder there is a way to the sources now,
ln -s "$PWD/src/sub" $kept/copied/made # and inside one
mkdir src/made
touch src/sub/x src/made/x
sed -i '/^  out/d' p.pipe
pipec 0 build p
expect 'the sources' 'src src/a src/made src/made/x src/sub src/sub/b src/sub/x' "$(find src | LC_ALL=C sort | paste -sd ' ')"
expect 'what is left' "$kept $kept/copied $kept/copied/sub $kept/copied/sub/mine $kept/notes" "$(find $kept | LC_ALL=C sort | paste -sd ' ')"
