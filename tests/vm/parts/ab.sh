# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ab.sh - PV-EOI on against off inside one guest: the comparison says so, the control does not, and the counts of each block
# are the host's
#
# ab_guest runs in the guest (busybox), ab_check outside (bash). What the sweep shows is reported, not judged.

ab_guest() {
	local storm="-w virtio-blk,dev=/dev/vda --warmup=300ms -q -J"
	host trace-on 0
	insmod ./irqstorm_eoi.ko
	# shellcheck disable=SC2086
	{
		./irqstorm --ab=pv,msr --rate 200 --repeat=10 --block=400ms $storm --save="$1/ab.rec" -o "$1/ab.json"
		echo $? >"$1/ab.status"
	}
	rmmod irqstorm_eoi
	host trace-off ab
	insmod ./irqstorm_eoi.ko
	./irqstorm show "$1/ab.rec" >"$1/ab.text"
	./irqstorm show -J "$1/ab.rec" >"$1/ab.again"
	# shellcheck disable=SC2086
	{
		./irqstorm --ab=pv,pv --rate 200 --repeat=12 --block=300ms $storm -o "$1/aa.json"
		./irqstorm --ab=pv,msr,ignored --rate 100 --soak --repeat=8 --block=200ms $storm -o "$1/soak.json" --save="$1/soak.rec"
		./irqstorm --sweep=50:400:x2 --repeat=5 --block=300ms $storm --save="$1/sweep.rec" -o "$1/sweep.json"
	}
	./irqstorm -w virtio-blk,dev=/dev/vda --eoi-cycles --duration 300ms --warmup=100ms -q -J --save="$1/cycles.rec" -o "$1/cycles.json"
	./irqstorm show -J "$1/cycles.rec" >"$1/cycles.again"
	./irqstorm show "$1/soak.rec" >"$1/soak.text"
	./irqstorm show "$1/sweep.rec" >"$1/sweep.text"
	rmmod irqstorm_eoi
}

# ab_windows RECORD: each block of each vCPU, as windows.awk takes it
ab_windows() {
	jq -r '.records[0] | [.cpus[].cpu] as $cpu | .blocks[].cpus | to_entries[] |
		"window \(.value.mark_begin) cpu \($cpu[.key]) fast \(.value.fast) msr \(.value.msr)"' "$1"
}

ab_check() {
	tap_is 0 "$(cat "$1/host/ab.lost")" "the host's trace has lost no line"
	tap_test "--ab=pv,msr ran" grep -qx '[03]' "$2/ab.status"
	tap_jq "$2/ab.json" '[.experiment.blocks | group_by(.repeat)[] | map(.cell) | sort] | length == 10 and all(. == [0, 1])' \
		"each repeat has one block of each arm"
	tap_jq "$2/ab.json" '.experiment | [.blocks[] | select(.cell == 1).metrics.fast_share] | length == 10 and all(. == 0)' \
		"the fast share of each msr block is 0"
	tap_jq "$2/ab.json" '.experiment | [.blocks[] | select(.cell == 0).metrics.fast_share] | length == 10 and all(. > 0.5)' \
		"the fast share of each pv block is above 0.5"
	tap_jq "$2/ab.json" '.experiment.comparisons[0] | .cell == 0 and .reference == 1 and
		(.metrics.register_writes_per_interrupt | .change <= -0.7 and .high < 0 and .verdict == "better")' \
		"EOI register writes per interrupt are down by 70 % and more, and the verdict is better"
	tap_jq "$2/ab.json" '.experiment.comparisons[0].metrics.fast_share.verdict == "better"' "so is that of the fast share"
	tap_test "the record of the comparison shows its result again, to the byte" cmp "$2/ab.json" "$2/ab.again"
	tap_test "so does that of a run with cycles and whose EOIs they were" cmp "$2/cycles.json" "$2/cycles.again"
	tap_jq "$2/cycles.json" '(.irqs | length > 0) and .eoi_cycles.msr.count > 0' "which has both"
	ab_windows "$2/ab.rec" >"$2/ab.windows"
	tap_test "fast and msr of each block and vCPU are the host's, to the last EOI" \
		awk -f "$vm_dir/../kmod/windows.awk" "$2/ab.windows" "$1/host/ab.trace"
	awk -f "$vm_dir/../kmod/windows.awk" "$2/ab.windows" "$1/host/ab.trace" | tail -n 1 | sed 's/^/# /'
	tap_jq "$2/aa.json" '[.experiment.comparisons[0].metrics[] | .verdict] | length > 4 and
		all(IN("better", "worse", "more", "less") | not)' "the control, --ab=pv,pv, shows no difference in any metric"
	tap_jq "$2/soak.json" '.experiment | ([.cells[] | select(.idle)] | length == 1) and (.comparisons | length == 2) and
		(.costs | length == 3 and all(.cost_ns.n == 8))' "three arms with --soak: two comparisons, three costs"
	tap_jq "$2/sweep.json" '.experiment | (.cells | length == 4) and all(.cells[]; .metrics.rate_hz.n == 5)' \
		"the sweep has five blocks of each rate"
	sed 's/^/# /' "$2/ab.text" "$2/soak.text" "$2/sweep.text"
}
