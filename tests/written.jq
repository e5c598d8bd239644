# SPDX-License-Identifier: GPL-2.0-or-later
# written.jq - numbers that a test chooses, in a record that a run has saved: what a storm measured depends on the machine.
# A record with one workload on one CPU; run as jq -L tests 'include "written"; written(block(...))'.

# n events of v ns each; v is below 128, where a bucket is one value
def latencies($n; $v): if $n == 0 then {count: 0, min: null, max: 0, buckets: []}
  else {count: $n, min: $v, max: $v, buckets: [[$v, $n]]} end;

# a block in which due events were due, n of them were done in v ns each, and the others skipped
def block($due; $n; $v):
  (.rows[0] |= (.events_due = $due | .events = $n | .skipped = (if $due == null then 0 else $due - $n end) | .late = 0 | .lost = 0 | .coalesced = 0))
  | .latency = latencies($n; $v);

# each block as f makes it, and the sums that belong to them
def written(f): .records[0] |= (
  .blocks |= map(f)
  | reduce ("events_due", "events", "skipped", "late", "lost", "coalesced") as $k (.;
      .rows[0][$k] = ([.blocks[].rows[0][$k]] | if any(. == null) then null else add end))
  | .elapsed_ns = ([.blocks[].elapsed_ns] | add)
  | .rows[0].latency = latencies(.rows[0].events; 100) | .rows[0].delay = latencies(.rows[0].events; 50)
  | .intervals = []);
