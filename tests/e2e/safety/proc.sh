# A step's /proc tells of its own processes and of what the machine can do, and of nothing else: no
# table of the machine's keys or interrupts, no path of the host; nothing in it can be written.
. "${PIPEC_SOURCE_DIR:?}/tests/e2e/safety/both_users.bash"

cat >p.pipe <<'END_OF_PIPE'
build look(src: File) -> Dir {
  run sh"""
    mkdir ${out}
    cd /proc
    cat self/mountinfo self/mounts self/mountstats mounts > ${out}/mounts
    for name in acpi bus cmdline diskstats driver interrupts iomem ioports irq kallsyms kcore key-users keys kmsg \
      kpagecount latency_stats modules pagetypeinfo partitions pressure sched_debug schedstat scsi slabinfo sysrq-trigger \
      timer_list vmallocinfo; do
      test -e $name || continue
      if test -d $name; then find $name -mindepth 1; else timeout 10 head -c 100 $name; fi
    done > ${out}/hidden 2>&1 || true
    for name in $(find . -maxdepth 1 -type f) pressure/cpu pressure/memory sys/kernel/hostname sys/vm/swappiness sys/kernel/core_pattern; do
      (echo b > $name) 2>/dev/null && echo "wrote $name"
    done > ${out}/written || true
    for name in cpuinfo meminfo stat uptime loadavg version filesystems sys/kernel/osrelease self/status net/dev; do
      test -s $name || grep -q . $name || echo "nothing in $name"
    done > ${out}/missing
    ls -d [0-9]* > ${out}/processes
    for name in 1/status 1/environ 1/mountinfo; do cat $name 2>/dev/null; done > ${out}/first || true
    nproc > ${out}/tools && free >> ${out}/tools && ps aux >> ${out}/tools && uptime >> ${out}/tools && df . >> ${out}/tools
    python3 -c 'import os, sys; sys.exit(not os.sysconf("SC_PHYS_PAGES"))'
    cat ${src} > /dev/null
    """
}
pipeline p() {
  out first = look(file("src"))
}
END_OF_PIPE
head -c 100000 /dev/zero >src

play() {
  pipec 0 build p --sandbox strict
  local seen=.pipec/out/p/first
  expect 'the table of mounts' '' "$(cat "$seen/mounts")"
  ! grep -q . <(grep -v -e 'Permission denied' -e 'not permitted' "$seen/hidden") || fail "the step reads:
$(cat "$seen/hidden")"
  expect 'what the step wrote to' '' "$(cat "$seen/written")"
  expect 'what tools miss' '' "$(cat "$seen/missing")"
  expect 'what is told of the first process' '' "$(cat "$seen/first")"
  ! grep -qx 1 "$seen/processes" || fail 'the step sees the process that looks after it'
}
both_users play
