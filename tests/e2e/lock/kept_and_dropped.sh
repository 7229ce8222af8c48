# Pins of sources that are gone are dropped where all pipelines of their file were asked, and
# nowhere else.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/lock/upstream.bash"

cp p.pipe q.pipe
sed -i 's/pipeline p/pipeline q/' q.pipe
sed 's/pipeline p/pipeline again/' p.pipe | sed -n '/^pipeline/,$p' >>p.pipe
pipec 0 pin
names() { jq -r '.sources[].of[]' pipe.lock | sort; }
expect 'what is pinned' "$(printf '%s\n' {p.pipe:p,p.pipe:again,q.pipe:q}.{main,tool} | sort)" "$(names)"
expect 'the questions' 2 "$(jq '.sources | length' pipe.lock)"

sed -i '/let tool/d; /out tool/d' p.pipe q.pipe
answer main m2
pipec 0 pin p
expect 'what was not asked' "$(printf '%s\n' {p.pipe:p,p.pipe:again,q.pipe:q}.{main,tool} | sort)" "$(names)"
expect 'all that ask the same' m2 "$(pinned q.pipe:q.main)"
pipec 0 pin p.pipe
expect_seen stderr '^dropped p\.pipe:again\.tool, which is no longer there$'
expect 'what is left' "$(printf '%s\n' {p.pipe:p,p.pipe:again,q.pipe:q}.main q.pipe:q.tool | sort)" "$(names)"

sed -i '/^pipeline again/,$d' p.pipe
pipec 0 pin ./...
expect 'what is left' "$(printf '%s\n' {p.pipe:p,q.pipe:q}.main)" "$(names)"
